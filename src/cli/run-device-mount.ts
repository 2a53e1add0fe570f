import { resolve } from 'node:path';
import type { Host } from '../model/host.ts';
import { planDeviceMount } from '../plan/device-mount.ts';
import { planDeviceUnmount } from '../plan/device-unmount.ts';
import type { Planned } from '../plan/step.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { dataRootFor, type LookFlags } from './docker-devices.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { positiveSize } from './setup-intent.ts';
import { UsageError } from './usage-error.ts';

interface DeviceRunFlags extends RunFlags, LookFlags {}

interface MountFlags extends DeviceRunFlags {
  fs?: string | undefined;
  size?: string | undefined;
  writable: boolean;
}

type Say = (text: string) => void;

/** `dmtool device mount ID DIR`, from its words to its answer. */
export function runDeviceMount(device: string, directory: string, flags: MountFlags, say: Say): Promise<Answer> {
  const { pool = null, fs: filesystem = null } = flags;
  const sizeBytes = flags.size === undefined ? null : positiveSize('--size', flags.size);
  const writable = Boolean(flags.writable);
  const plan = (host: Host): Planned => planDeviceMount(host, { device, pool, filesystem, sizeBytes, writable });
  return run(`mount of device ${device}`, directory, plan, flags, say);
}

/** `dmtool device unmount DIR|ID`, likewise. */
export function runDeviceUnmount(device: string, flags: DeviceRunFlags, say: Say): Promise<Answer> {
  const plan = (host: Host): Planned => planDeviceUnmount(host, { device, pool: flags.pool ?? null });
  return run(`unmount of ${device}`, device, plan, flags, say);
}

async function run(
  purpose: string,
  directory: string,
  plan: (host: Host) => Planned,
  flags: DeviceRunFlags,
  say: Say,
): Promise<Answer> {
  if (directory === '') throw new UsageError('DIR is empty; it takes a directory');
  const options = runOptions(flags, say);
  const root = await dataRootFor(flags);
  const poolDevices = { root, directory: resolve(directory) };
  const scope = {
    devices: [],
    profiles: [],
    docker: DOCKER_PLACES,
    thinDevices: false,
    backingDevices: false,
    poolDevices,
  };
  return answerFor(await carryOut({ purpose, scope, plan }, options));
}
