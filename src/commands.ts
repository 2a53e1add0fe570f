import { Activate } from './commands/activate.ts';
import { Adopt } from './commands/adopt.ts';
import { Cleanup } from './commands/cleanup.ts';
import { DeviceList } from './commands/device-list.ts';
import { DeviceMount } from './commands/device-mount.ts';
import { DeviceShow } from './commands/device-show.ts';
import { DeviceUnmount } from './commands/device-unmount.ts';
import { Doctor } from './commands/doctor.ts';
import { Explain } from './commands/explain.ts';
import { Repair } from './commands/repair.ts';
import { Resize } from './commands/resize.ts';
import { Schema } from './commands/schema.ts';
import { Setup } from './commands/setup.ts';
import { Status } from './commands/status.ts';
import { Teardown } from './commands/teardown.ts';

/**
 * What oclif finds by name (package.json, oclif.commands), in a file that does nothing when it is loaded once more. They are thin:
 * each loads its work when it runs.
 */
export const COMMANDS = {
  activate: Activate,
  adopt: Adopt,
  cleanup: Cleanup,
  doctor: Doctor,
  explain: Explain,
  repair: Repair,
  resize: Resize,
  'device:list': DeviceList,
  'device:mount': DeviceMount,
  'device:show': DeviceShow,
  'device:unmount': DeviceUnmount,
  schema: Schema,
  setup: Setup,
  status: Status,
  teardown: Teardown,
};
