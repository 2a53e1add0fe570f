import { chmod, mkdir, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Bytes, bytes } from '../../units/quantity.ts';
import { formatSize } from '../../units/size.ts';
import { TransferFailed } from '../errors.ts';
import { removeFile, removeIfEmpty, syncDirectory } from '../files.ts';

/** What is written at a time. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Makes a file of zeros for new metadata, which only root may read. It has no holes: a pool whose filesystem is full must
 * not find that out when it commits. Nothing that is there already is written over.
 * @throws TransferFailed where there is no room for it, or what the file system says; then nothing of it is left
 */
export async function makeMetadataFile(path: string, sizeBytes: Bytes): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(directory, { bigint: true });
  const freeBytes = bytes(bavail * bsize);
  if (freeBytes < sizeBytes) {
    removeIfEmpty(directory);
    const [needed, free] = [formatSize(sizeBytes), formatSize(freeBytes)];
    throw new TransferFailed(`${path} takes ${needed}, and its filesystem has ${free} free`, '');
  }
  await using file = await open(path, 'wx', 0o600);
  try {
    await chmod(path, 0o600);
    const zeros = Buffer.alloc(PIECE_BYTES);
    for (let left = Number(sizeBytes); left > 0; left -= PIECE_BYTES)
      await file.writeFile(left < PIECE_BYTES ? zeros.subarray(0, left) : zeros);
  } catch (error) {
    removeFile(path);
    removeIfEmpty(directory);
    throw error;
  }
}

/** Has a file, and its name, written to the disk. */
export async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
  syncDirectory(dirname(path));
}
