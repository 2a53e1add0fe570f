import { closeSync, openSync, readSync } from 'node:fs';
import { isShortOfMetadata, takenBlocks } from '../../model/repair.ts';
import { METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES } from '../../tools/raw-pools.ts';

const BLOCK_BYTES = 4096;
/** Where the first block keeps the root of the metadata's own space map: blocks in all, and those that are taken. */
const SPACE_MAP_OFFSET_BYTES = 192;

/**
 * Whether a pool's metadata are full, as their first block tells (struct thin_disk_superblock in drivers/md/dm-thin-metadata.c,
 * struct disk_sm_root in persistent-data/dm-space-map-common.h). One that is not a pool's tells nothing.
 * @throws what the file system says
 */
export function isMetadataFull(device: string): boolean {
  const block = Buffer.alloc(BLOCK_BYTES);
  const fd = openSync(device, 'r');
  try {
    readSync(fd, block, 0, BLOCK_BYTES, 0);
  } finally {
    closeSync(fd);
  }
  return saysFull(block);
}

/** The same of that block. */
export function saysFull(block: Buffer): boolean {
  if (block.readBigUInt64LE(METADATA_MAGIC_OFFSET_BYTES) !== METADATA_MAGIC) return false;
  const totalBlocks = block.readBigUInt64LE(SPACE_MAP_OFFSET_BYTES);
  const usedBlocks = block.readBigUInt64LE(SPACE_MAP_OFFSET_BYTES + 8);
  return usedBlocks <= totalBlocks && isShortOfMetadata(takenBlocks(usedBlocks, totalBlocks), totalBlocks);
}
