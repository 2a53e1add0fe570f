import { hasMarkFor, type KernelThinPool, markFor } from '../model/thin-pool.ts';
import type { Outlook } from './outlook.ts';

/** From how many free blocks on the kernel wakes dmeventd. */
export interface WaterMark {
  blocks: bigint;
  /** What the rule of auto-extension makes of it. */
  wantedBlocks: bigint;
  fits: boolean;
}

/**
 * The mark that the pool has beside the one that its rule asks for.
 * @returns null: it does not run, or LVM does not extend it
 */
export function waterMarkOf(outlook: Outlook, pool: KernelThinPool | null): WaterMark | null {
  if ((outlook.kind !== 'can' && outlook.kind !== 'no-room') || !pool?.table) return null;
  const { table } = pool;
  const { thresholdPercent } = outlook.rule;
  return {
    blocks: table.lowWaterMarkBlocks,
    wantedBlocks: markFor(table, thresholdPercent),
    fits: hasMarkFor(table, thresholdPercent),
  };
}
