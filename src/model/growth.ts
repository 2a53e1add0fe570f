import { percentStep } from '../units/percent.ts';
import { type Extents, extents } from '../units/quantity.ts';

/** The step that the documents name, and the most that dmtool ever writes by itself. */
export const LARGEST_STEP_PERCENT = 20;

/** How far LVM's auto-extension can carry a pool. */
export interface Growth {
  /** How many whole steps fit. LVM never extends by what is left when that is less than a step. */
  times: number;
  firstExtents: Extents;
  totalExtents: Extents;
}

/** Plays LVM's auto-extension through: each step is a percentage of the size that the pool then has. */
export function growthWithin(data: Extents, free: Extents, stepPercent: number): Growth {
  const firstExtents = percentStep(stepPercent, data);
  let times = 0;
  let total = 0n;
  for (let step = firstExtents; step > 0n && total + step <= free; times += 1) {
    total += step;
    step = percentStep(stepPercent, extents(data + total));
  }
  return { times, firstExtents, totalExtents: extents(total) };
}

/**
 * The smallest step that LVM takes of a pool that is over its threshold already, in percent: never less than what brings
 * it back under it (lvm2, lib/metadata/lv_manip.c, _adjust_amount). It counts thresholds under 50 as 50. 0: any step does.
 */
export function leastStepPercent(used: bigint, total: bigint, thresholdPercent: number): number {
  const limit = total * BigInt(Math.max(thresholdPercent, 50));
  return limit === 0n || used * 100n <= limit ? 0 : Number((used * 10_000n + limit - 1n) / limit) - 100;
}

/**
 * The largest whole percentage, 20 at most, whose step fits into the VG's free extents; 0: not even 1 % fits.
 * LVM refuses a step that does not fit instead of taking what is left, so a larger one would never run.
 */
export function fittedStepPercent(data: Extents, free: Extents): number {
  let percent = LARGEST_STEP_PERCENT;
  while (percent > 0 && percentStep(percent, data) > free) percent -= 1;
  return percent;
}
