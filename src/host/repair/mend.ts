import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bytes } from '../../units/quantity.ts';
import { syncDirectory } from '../files.ts';

/**
 * Makes a file with holes for new metadata, which only root may read. Nothing that is there already is written over.
 * @throws what the file system says
 */
export async function makeMetadataFile(path: string, sizeBytes: Bytes): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using file = await open(path, 'wx', 0o600);
  await chmod(path, 0o600);
  await file.truncate(Number(sizeBytes));
}

/** Has a file, and its name, written to the disk. */
export async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
  syncDirectory(dirname(path));
}
