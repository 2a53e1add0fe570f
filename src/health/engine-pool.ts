import type { KernelThinPool } from '../model/thin-pool.ts';

/** LVM moves the target to `-tpool` once it has made thin volumes itself. */
export const runs = (pools: readonly KernelThinPool[], wanted: string): boolean =>
  pools.some(({ name, table }) => table !== null && (name === wanted || name === `${wanted}-tpool`));

/** Units that activate a pool: dmtool's own, LVM's, or one that waits for the device itself. */
const ACTIVATES = /^(?:dmtool-|lvm2-activation|dev-mapper-|dev-dm\\x2d)/;

/** Whether an engine whose service waits for these units waits for its pool. */
export const waitsForPool = (units: readonly string[]): boolean => units.some((unit) => ACTIVATES.test(unit));
