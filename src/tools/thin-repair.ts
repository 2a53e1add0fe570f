import type { Argv } from './argv.ts';

/** thin_check(8): looks through metadata that nobody uses; it ends with 0 only where all is well. */
export const thinCheck = (device: string): Argv => ['thin_check', device];

/** thin_check(8): looks through them, and clears the flag needs_check where all is well. */
export const thinCheckClearing = (device: string): Argv => ['thin_check', '-q', '--clear-needs-check-flag', device];

/** thin_repair takes the flag over into a file, and LVM clears it by itself: it shows its own read-only. */
export const checkOfMended = (device: string, file: string | null): Argv =>
  file === null ? thinCheck(device) : thinCheckClearing(device);

/** thin_repair(8): writes what can be read of the one into the other. */
export const thinRepair = (from: string, into: string): Argv => ['thin_repair', '-i', from, '-o', into];
