import { LARGEST_STEP_PERCENT } from '../model/growth.ts';
import type { Amount } from '../model/intent.ts';
import { MAX_METADATA_BYTES, MIN_METADATA_BYTES } from '../model/pool-metadata.ts';
import { percentOfExtents } from '../units/percent.ts';
import { type Bytes, type Extents, extents, extentsToBytes, extentsToHold, extentsWithin } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';

/** The documents' numbers. */
export const DEFAULT_DATA_PERCENT = 95;
export const DEFAULT_DATA: Amount = { kind: 'percent', percent: DEFAULT_DATA_PERCENT };
export const DEFAULT_METADATA: Amount = { kind: 'percent', percent: 1 };
export const DEFAULT_CHUNK_SIZE_BYTES = (512n * 1024n) as Bytes;

/** Where a pool is to be cut from. */
export interface Room {
  extentSizeBytes: Bytes;
  /** What percentages are of: the VG, or the free space of one that exists. */
  baseExtents: Extents;
  freeExtents: Extents;
  /** LVM's spare metadata LV, shared by all pools of a VG: as many extents as it already has. */
  spareExtents: Extents;
}

export interface PoolWish {
  data: Amount;
  metadata: Amount;
  chunkSizeBytes: Bytes;
  /** null: no room kept for a step. */
  headroomStepPercent: number | null;
}

export interface PoolSize {
  dataExtents: Extents;
  metadataExtents: Extents;
  /** What is left in the VG afterwards: the reserve for auto-extension. */
  freeExtents: Extents;
}

/**
 * Cuts data and metadata so that data + metadata + LVM's spare fit into what is free.
 * @returns a sentence that says what does not fit, or the sizes
 */
export function sizePool(room: Room, wish: PoolWish): PoolSize | string {
  const metadataExtents = metadataFor(room, wish.metadata);
  const spareGrowth = metadataExtents > room.spareExtents ? metadataExtents - room.spareExtents : 0n;
  const left = room.freeExtents - metadataExtents - spareGrowth;
  const asked = amountIn(room, wish.data);
  const percents = wish.data.kind === 'percent' && wish.metadata.kind === 'percent';
  // Percentages that fit on paper may miss by rounding and minimums on a small disk: then data gives way.
  const fitsOnPaper =
    percents && (wish.data as { percent: number }).percent + 2 * (wish.metadata as { percent: number }).percent <= 100;
  const givesWay = fitsOnPaper || wish.headroomStepPercent !== null;
  const wanted = wish.headroomStepPercent === null ? asked : withHeadroom(asked, left, wish.headroomStepPercent);
  const dataExtents = givesWay && wanted > left ? extents(left) : wanted;
  const smallest = extentsToHold(wish.chunkSizeBytes, room.extentSizeBytes);
  if (dataExtents < smallest || dataExtents > left) return shortage(room, dataExtents, smallest, metadataExtents);
  return { dataExtents, metadataExtents, freeExtents: extents(left - dataExtents) };
}

function metadataFor(room: Room, amount: Amount): Extents {
  const most = extentsWithin(MAX_METADATA_BYTES, room.extentSizeBytes);
  const least = extentsToHold(MIN_METADATA_BYTES, room.extentSizeBytes);
  const asked = amountIn(room, amount);
  if (asked < least) return least;
  return asked > most ? most : asked;
}

const amountIn = (room: Room, amount: Amount): Extents =>
  amount.kind === 'size'
    ? extentsToHold(amount.sizeBytes, room.extentSizeBytes)
    : percentOfExtents(amount.percent, room.baseExtents);

/** As much as leaves one whole step free beside it. */
function withHeadroom(asked: Extents, left: bigint, stepPercent: number): Extents {
  // Rounded down, so that a step of it fits even when that is rounded up.
  const data = (left * 100n) / BigInt(100 + stepPercent);
  return extents(data < asked ? data : asked);
}

/** The step that --headroom keeps room for. */
export const headroomStep = (asked: number | undefined): number => asked ?? LARGEST_STEP_PERCENT;

function shortage(room: Room, data: bigint, smallest: Extents, metadata: Extents): string {
  const size = (count: bigint): string => formatSize(extentsToBytes(extents(count), room.extentSizeBytes));
  const wanted = data > smallest ? data : smallest;
  return `data ${size(wanted)} + metadata ${size(metadata)} + LVM's spare metadata (as large) do not fit into ${size(room.freeExtents)} of free space`;
}
