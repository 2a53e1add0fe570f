import type { KernelThinPool } from '../model/thin-pool.ts';
import type { Outlook } from './outlook.ts';

/** From how many free blocks on the kernel wakes dmeventd. */
export interface WaterMark {
  blocks: bigint;
  /** What the rule of auto-extension makes of it. */
  wantedBlocks: bigint;
}

/** LVM acts from this use on, whatever a profile has below it (lvm.conf(5)). */
const LEAST_THRESHOLD_PERCENT = 50;

/**
 * The mark that the pool has beside the one that its rule asks for.
 * @returns null: it does not run, or LVM does not extend it
 */
export function waterMarkOf(outlook: Outlook, pool: KernelThinPool | null): WaterMark | null {
  if ((outlook.kind !== 'can' && outlook.kind !== 'no-room') || !pool?.table) return null;
  const { lengthSectors, dataBlockSizeSectors, lowWaterMarkBlocks } = pool.table;
  const free = 100 - Math.max(LEAST_THRESHOLD_PERCENT, outlook.rule.thresholdPercent);
  return {
    blocks: lowWaterMarkBlocks,
    wantedBlocks: ((lengthSectors / dataBlockSizeSectors) * BigInt(free)) / 100n,
  };
}

/** Off by more than rounding: LVM counts in sectors, and from sizes of its own. */
export const isOffTheMark = ({ blocks, wantedBlocks }: WaterMark): boolean => {
  const difference = blocks > wantedBlocks ? blocks - wantedBlocks : wantedBlocks - blocks;
  return difference > 1n + wantedBlocks / 100n;
};
