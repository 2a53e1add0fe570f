import type { PoolSurvey } from '../model/pool-survey.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';

/** What becomes of writes to a pool that is out of data space. */
export type Shortage =
  /** They wait; null: nobody knows how long. */
  | { kind: 'waits'; secondsLeft: number | null }
  /** They fail. They waited before, when the pool was made to let them. */
  | { kind: 'fails'; waitedBefore: boolean };

/** The kernel's words when the wait begins (set_pool_mode, drivers/md/dm-thin.c). */
const BEGINS = /^switching pool to out-of-data-space \(queue IO\) mode/;

/** null: it has space, or is not well in another way. */
export function shortageOf(host: PoolSurvey, { name, table, status }: KernelThinPool): Shortage | null {
  if (status.state !== 'working' || status.mode !== 'out_of_data_space') return null;
  if (status.whenFull === 'error_if_no_space')
    // Once the time has run out the kernel changes its status, and leaves the table as it was made.
    return { kind: 'fails', waitedBefore: table?.features.includes('error_if_no_space') === false };
  const { kernelLog, numbers, noSpaceTimeoutSeconds, uptimeSeconds } = host;
  const began = kernelLog.findLast(({ number, text }) => number === numbers.get(name) && BEGINS.test(text));
  if (began === undefined || noSpaceTimeoutSeconds === null) return { kind: 'waits', secondsLeft: null };
  const left = Math.ceil(began.atSeconds + noSpaceTimeoutSeconds - uptimeSeconds);
  return { kind: 'waits', secondsLeft: Math.max(0, left) };
}
