import { chmod, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeFile, removeIfEmpty, syncDirectory } from './files.ts';

/** Makes a directory that only root may look into: what is kept may be secret. */
export async function makeKeptDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  syncDirectory(dirname(directory));
}

/** Removes files, and with the last one their directory; the usual place of such directories too. */
export function removeKept(directory: string, files: readonly string[], usualPlace: string): void {
  for (const file of files) removeFile(join(directory, basename(file)));
  removeIfEmpty(directory);
  if (dirname(directory) === usualPlace) removeIfEmpty(usualPlace);
}
