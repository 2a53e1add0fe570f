import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { CHANGING_EXIT_CODES, changingFlags } from '../cli/changing-flags.ts';
import { deviceArgument, lookFlags } from '../cli/device-flags.ts';

/** `dmtool device mount`. */
export class DeviceMount extends BaseCommand {
  static override summary = 'Mount a thin device to read from it, whether or not Docker starts.';

  static override description = [
    'Activates the device under a name of its own, read-only, and mounts it without replaying its journal, so that nothing on it changes. Refused while Docker has it mounted: read from it there. dmtool device unmount takes it off again.',
    CHANGING_EXIT_CODES,
  ].join('\n\n');

  static override examples = [
    { description: "Save a stopped container's data", command: '<%= config.bin %> <%= command.id %> web /mnt' },
    { description: 'See what would be run', command: '<%= config.bin %> <%= command.id %> 7 /mnt --dry-run' },
    {
      description: 'Mend something on it, with Docker stopped',
      command: '<%= config.bin %> <%= command.id %> 7 /mnt --writable',
    },
  ];

  static override args = {
    device: deviceArgument,
    directory: Args.string({ required: true, description: 'An empty directory.' }),
  };

  static override flags = {
    ...lookFlags,
    fs: Flags.string({
      options: ['xfs', 'ext4'],
      summary: 'Kind of its filesystem [default: what Docker wrote down].',
    }),
    size: Flags.string({
      helpValue: 'SIZE',
      summary: 'Size of a device that Docker knows nothing of any more (usually 10G), to mount it by its number.',
    }),
    writable: Flags.boolean({
      summary: 'Mount it to be written to, its journal replayed; only while Docker is stopped.',
    }),
    ...changingFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DeviceMount);
    const { runDeviceMount } = await import('../cli/changing.ts');
    this.answer(await runDeviceMount(args.device, args.directory, flags, (text) => this.say(text)));
  }
}
