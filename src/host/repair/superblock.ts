import { closeSync, openSync, readSync } from 'node:fs';
import { isShortOfMetadata, takenBlocks } from '../../model/repair.ts';
import { METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES } from '../../tools/raw-pools.ts';

const BLOCK_BYTES = 4096;
/** Where the first block keeps the root of the metadata's own space map: blocks in all, and those that are taken. */
const SPACE_MAP_OFFSET_BYTES = 192;

/** What the first block of a pool's metadata tells. */
interface FirstBlock {
  /** It is that of a pool's metadata. */
  isMetadata: boolean;
  /** One that is not a pool's tells nothing. */
  isFull: boolean;
}

/**
 * Reads it (struct thin_disk_superblock in drivers/md/dm-thin-metadata.c, struct disk_sm_root in
 * persistent-data/dm-space-map-common.h).
 * @throws what the file system says
 */
export function readFirstBlock(device: string): FirstBlock {
  const block = Buffer.alloc(BLOCK_BYTES);
  const fd = openSync(device, 'r');
  try {
    readSync(fd, block, 0, BLOCK_BYTES, 0);
  } finally {
    closeSync(fd);
  }
  return parseFirstBlock(block);
}

/** The same of that block. */
export function parseFirstBlock(block: Buffer): FirstBlock {
  if (block.readBigUInt64LE(METADATA_MAGIC_OFFSET_BYTES) !== METADATA_MAGIC)
    return { isMetadata: false, isFull: false };
  const totalBlocks = block.readBigUInt64LE(SPACE_MAP_OFFSET_BYTES);
  const usedBlocks = block.readBigUInt64LE(SPACE_MAP_OFFSET_BYTES + 8);
  const isFull = usedBlocks <= totalBlocks && isShortOfMetadata(takenBlocks(usedBlocks, totalBlocks), totalBlocks);
  return { isMetadata: true, isFull };
}
