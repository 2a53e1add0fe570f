import type { KernelThinPool } from '../model/thin-pool.ts';

/** LVM moves the target to `-tpool` once it has made thin volumes itself. */
export const runs = (pools: readonly KernelThinPool[], wanted: string): boolean =>
  pools.some(({ name, table }) => table !== null && (name === wanted || name === `${wanted}-tpool`));

/**
 * Units that activate a pool: dmtool's own, and LVM's. The device's own unit does not: udev never calls a thin pool ready, and
 * whoever waits for that waits in vain (systemd.device(5), SYSTEMD_READY).
 */
const ACTIVATES = /^(?:dmtool-|lvm2-activation)/;

/** Whether an engine whose service waits for these units waits for its pool. */
export const waitsForPool = (units: readonly string[]): boolean => units.some((unit) => ACTIVATES.test(unit));
