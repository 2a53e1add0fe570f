import { probeThinDevices } from '../host/thin-devices.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import type { RunChange } from './machine.ts';

/**
 * Removes the thin devices that an engine left active on a pool: LVM gives up no pool that they hold.
 * @throws CommandFailed when one is still mounted or open
 */
export async function releasePool(poolName: string, run: RunChange): Promise<void> {
  const devices = await probeThinDevices();
  for (const device of devices.filter((each) => each.poolName === poolName)) await run(removeDevice(device.name));
}
