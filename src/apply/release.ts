import { setTimeout as sleep } from 'node:timers/promises';
import { probeMountsBelow, probeSelfMounts } from '../host/docker/data-root.ts';
import type { Launcher } from '../host/launcher.ts';
import { probeThinDevices } from '../host/thin-devices.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import { unmount } from '../tools/file-commands.ts';
import type { RunChange } from './machine.ts';

/**
 * Removes the thin devices that an engine left active on a pool: LVM gives up no pool that they hold.
 * @throws CommandFailed when one is still mounted or open
 */
export async function releasePool(poolName: string, run: RunChange, launcher: Launcher): Promise<void> {
  const devices = await probeThinDevices(launcher);
  for (const device of devices.filter((each) => each.poolName === poolName)) await run(removeDevice(device.name));
}

/** Containers' shims unmount when the daemon is gone already. */
const SHIMS_DEADLINE_MS = 30_000;
const PAUSE_MS = 250;

/**
 * Unmounts what dockerd left mounted over itself: a data root in that state can't be renamed. What containers had mounted
 * on it goes first, by itself.
 * @throws CommandFailed when one is still in use
 */
export async function releaseRoot(root: string, run: RunChange): Promise<void> {
  const end = performance.now() + SHIMS_DEADLINE_MS;
  while (probeMountsBelow(root).length > 0 && performance.now() < end) await sleep(PAUSE_MS);
  for (const mountPoint of probeSelfMounts(root)) await run(unmount(mountPoint));
}
