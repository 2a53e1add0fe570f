import { type Extents, extents } from './quantity.ts';

/** Hundredths of a percent in one percent: percents are kept as whole numbers, so that planning never rounds twice. */
const HUNDREDTHS = 100n;

/**
 * A share in percent, as LVM counts `-l 95%VG`: rounded down to whole extents.
 * @param percent 0 to 100, two decimals at most (checked by parsePercent)
 */
export const percentOfExtents = (percent: number, whole: Extents): Extents =>
  extents((whole * BigInt(Math.round(percent * 100))) / (100n * HUNDREDTHS));

/** What LVM adds when it extends by a whole percent of the current size: rounded up (lvresize rounds `+N%LV` up). */
export const percentStep = (wholePercent: number, size: Extents): Extents =>
  extents((size * BigInt(wholePercent) + 99n) / 100n);

/** Used of total in percent, for people; 0 when the total is 0. */
export const usedPercent = (used: bigint, total: bigint): number =>
  total === 0n ? 0 : Number((used * 10_000n) / total) / 100;

/**
 * Reads `95`, `95%` or `0.5`.
 * @returns undefined when the text is no percentage from 0 to 100 with at most two decimals
 */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s?%?$/.exec(text.trim());
  const percent = Number(match?.[1]);
  return percent <= 100 ? percent : undefined;
}
