import type { Bytes, Sectors } from '../units/quantity.ts';
import { dmName } from './lvm.ts';

/** A thin-pool target's table line (Documentation/admin-guide/device-mapper/thin-provisioning.rst). */
export interface ThinPoolTable {
  startSectors: Sectors;
  lengthSectors: Sectors;
  metadataDevice: string;
  dataDevice: string;
  dataBlockSizeSectors: Sectors;
  /** In data blocks; 0: dmeventd gets no event and can only poll. */
  lowWaterMarkBlocks: bigint;
  features: readonly string[];
}

export type PoolMode = 'rw' | 'ro' | 'out_of_data_space';

/** A thin-pool target's status line while the pool works. */
export interface ThinPoolStatus {
  state: 'working';
  transactionId: bigint;
  usedMetadataBlocks: bigint;
  totalMetadataBlocks: bigint;
  usedDataBlocks: bigint;
  totalDataBlocks: bigint;
  mode: PoolMode;
  /** null: a kernel before 2013 that does not say. */
  whenFull: 'error_if_no_space' | 'queue_if_no_space' | null;
  needsCheck: boolean;
}

/** `Fail`, `Error`, or a line that this version can't read. */
export interface ThinPoolBroken {
  state: 'fail' | 'error' | 'unreadable';
  text: string;
}

/** One thin-pool target of the running kernel, by its device-mapper name. */
export interface KernelThinPool {
  name: string;
  /** null when the device has no live table (for instance between load and resume). */
  table: ThinPoolTable | null;
  status: ThinPoolStatus | ThinPoolBroken;
  /** All I/O waits, that of its thin devices too. */
  suspended: boolean;
}

/** A thin device of the running kernel, and the pool that it sits on; both by device-mapper name. */
export interface ThinDevice {
  name: string;
  poolName: string;
}

/** Metadata blocks are always 4 KiB (THIN_METADATA_BLOCK_SIZE in drivers/md/dm-thin-metadata.h). */
export const METADATA_BLOCK_BYTES = 4096n as Bytes;

const blocksOf = ({ lengthSectors, dataBlockSizeSectors }: ThinPoolTable): bigint =>
  lengthSectors / dataBlockSizeSectors;

const freePercentAt = (thresholdPercent: number): bigint => BigInt(100 - Math.max(thresholdPercent, 50));

/** The low water mark that LVM makes of a threshold, but for its rounding; it counts thresholds under 50 as 50. */
export const markFor = (table: ThinPoolTable, thresholdPercent: number): bigint =>
  (blocksOf(table) * freePercentAt(thresholdPercent)) / 100n;

/** Whether a table's low water mark is what LVM makes of a threshold, give or take a block or a percent for its rounding. */
export function hasMarkFor(table: ThinPoolTable, thresholdPercent: number): boolean {
  const blocks = blocksOf(table);
  const off = table.lowWaterMarkBlocks * 100n - blocks * freePercentAt(thresholdPercent);
  const most = blocks > 100n ? blocks : 100n;
  return table.lowWaterMarkBlocks > 0n && off <= most && off >= -most;
}

/** The threshold that a table's low water mark comes from; 100: there is none. */
export const thresholdOfMark = (table: ThinPoolTable): number =>
  100 - Math.round(Number((table.lowWaterMarkBlocks * 10_000n) / blocksOf(table)) / 100);

/**
 * The kernel's thin-pool target of an LVM pool: `VG-POOL`, or `VG-POOL-tpool` once LVM made thin volumes in it, when
 * `VG-POOL` is a linear device on top.
 */
export function kernelPoolOf(
  pools: readonly KernelThinPool[],
  vgName: string,
  poolName: string,
): KernelThinPool | undefined {
  const name = dmName(vgName, poolName);
  return pools.find((pool) => pool.name === name || pool.name === `${name}-tpool`);
}
