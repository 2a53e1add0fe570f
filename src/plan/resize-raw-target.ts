import type { ResizeIntent, SizeWish } from '../model/intent.ts';
import { KERNEL_MAX_METADATA_BYTES, metadataGuidelineBytes, usableMetadataBlocks } from '../model/pool-metadata.ts';
import { METADATA_BLOCK_BYTES, type ThinPoolTable } from '../model/thin-pool.ts';
import { type Bytes, bytes, MIB, SECTOR_BYTES, type Sectors, sectors, sectorsToBytes } from '../units/quantity.ts';
import { formatSize, formatSizeForLvm } from '../units/size.ts';
import type { Refusal } from './refusal.ts';
import { capacityOf } from './resize-device.ts';
import type { RawPool } from './resize-subject.ts';

/** The sizes that a pool without LVM is to have. */
export interface RawTarget {
  lengthSectors: Sectors;
  dataBytes: Bytes;
  metadataBytes: Bytes;
}

/** A device that was made larger is taken when the pool's table is loaded again, and not before. */
export const metadataInUse = ({ metadata, status }: RawPool): Bytes => {
  const room = capacityOf(metadata);
  const inUse = bytes(status.totalMetadataBlocks * METADATA_BLOCK_BYTES);
  return status.totalMetadataBlocks < usableMetadataBlocks(room) ? inUse : room;
};

/** Works out the sizes that are wanted, or says why they can't be had. */
export function rawTarget(pool: RawPool, { data, metadata }: ResizeIntent): RawTarget | Refusal {
  const { name, table } = pool;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: name,
    reason,
    remedy,
  });
  if (data?.kind === 'free-share' || metadata?.kind === 'free-share') {
    return refuse(
      'no-vg',
      'it is in no VG: there is no free space to take a share of',
      'name a size, like 200G or +20G',
    );
  }
  const now = sectorsToBytes(table.lengthSectors);
  const metadataNow = metadataInUse(pool);
  const metadataRoom = capacityOf(pool.metadata);
  const rest = metadata === null ? capacityOf(pool.data) : now;
  const dataBytes = wholeSectors(wanted(data, now, rest));
  const metadataBytes = wholeSectors(wanted(metadata, metadataNow, metadataRoom));
  const askedSectors = wholeBlocks(dataBytes, table);
  if (askedSectors < wholeBlocks(now, table)) {
    return refuse(
      'smaller',
      `it holds ${formatSize(now)}, and no pool can shrink`,
      `name a size above ${formatSize(now)}`,
    );
  }
  if (metadataBytes < metadataNow) {
    const reason = `its metadata have ${formatSize(metadataNow)}, and can't shrink`;
    return refuse('smaller', reason, `name a size above ${formatSize(metadataNow)} with --metadata`);
  }
  if (metadataBytes < metadataRoom) {
    const size = formatSize(metadataRoom);
    const reason = `its metadata device has ${size}, and the kernel takes all of it`;
    return refuse('smaller', reason, `leave --metadata out, or ask for ${size}`);
  }
  if (metadata !== null && metadataBytes > KERNEL_MAX_METADATA_BYTES) {
    const most = formatSize(KERNEL_MAX_METADATA_BYTES);
    return refuse('metadata-too-large', `the kernel uses ${most} of metadata at most`, `ask for ${most} or less`);
  }
  // A table that somebody else made may end within a block: that is no reason to change it.
  const lengthSectors = askedSectors > table.lengthSectors ? askedSectors : table.lengthSectors;
  const needed = metadataGuidelineBytes(sectorsToBytes(lengthSectors), sectorsToBytes(table.dataBlockSizeSectors));
  if (lengthSectors > table.lengthSectors && metadataBytes < needed) {
    const reason = `for ${formatSize(sectorsToBytes(lengthSectors))} of data its metadata need ${formatSize(needed)}, and have ${formatSize(metadataBytes)}`;
    return refuse(
      'metadata-too-small',
      reason,
      `--metadata ${formatSizeForLvm(bytes(((needed + MIB - 1n) / MIB) * MIB))}`,
    );
  }
  return { lengthSectors, dataBytes, metadataBytes };
}

const wanted = (wish: Exclude<SizeWish, { kind: 'free-share' }> | null, now: Bytes, otherwise: Bytes): Bytes => {
  if (wish === null) return otherwise;
  return wish.kind === 'to' ? wish.sizeBytes : bytes(now + wish.sizeBytes);
};

const wholeSectors = (size: Bytes): Bytes => bytes(size - (size % SECTOR_BYTES));

/** A table ends with a whole data block. */
const wholeBlocks = (size: Bytes, { dataBlockSizeSectors }: ThinPoolTable): Sectors => {
  const length = size / SECTOR_BYTES;
  return sectors(length - (length % dataBlockSizeSectors));
};
