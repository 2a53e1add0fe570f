import { deviceIdsIn } from '../host/docker/device-ids.ts';
import type { Launcher } from '../host/launcher.ts';
import { probePools } from '../host/probe-pools.ts';
import { messagePool } from '../tools/dmsetup.ts';
import type { RunChange } from './machine.ts';

/**
 * Deletes from a pool what Docker made on it, and sets the transaction id back to where LVM expects it. What Docker had
 * not yet written down is not known: then the pool stays used, and that is seen.
 * @throws CommandFailed when a device is still active
 */
export async function emptyPool(
  { poolName, root }: { poolName: string; root: string },
  run: RunChange,
  launcher: Launcher,
): Promise<void> {
  for (const id of deviceIdsIn(root)) await run(messagePool(poolName, `delete ${id}`));
  const { thinPools } = await probePools(launcher);
  const status = thinPools.find(({ name }) => name === poolName)?.status;
  if (status?.state !== 'working' || status.transactionId === 0n) return;
  await run(messagePool(poolName, `set_transaction_id ${status.transactionId} 0`));
}
