import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Owner } from '../model/docker.ts';

/** A file's text, or null when it is not there. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What a file is called while it is written. */
const unfinished = (path: string): string => `${path}.dmtool-new`;

/**
 * Replaces a file in one step, synced: after a power cut it holds the old text or the new one, never a part.
 * @throws what the file system says, of the file itself
 */
export function writeAtomically(path: string, content: string, mode: number, owner?: Owner): void {
  const temporary = unfinished(path);
  try {
    // In a directory of somebody else's a link may have that name: what it leads to must not be written over.
    rmSync(temporary, { force: true });
    const fd = openSync(temporary, 'wx', mode);
    try {
      if (owner) fchownSync(fd, owner.uid, owner.gid);
      // The umask takes bits away that the old file had.
      fchmodSync(fd, mode);
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw Object.assign(error as Error, { path });
  }
  syncDirectory(dirname(path));
}

/** Removes what a writer that was killed had begun. */
export const removeUnfinished = (path: string): void => rmSync(unfinished(path), { force: true });

/** Removes a file for good, synced; nothing happens when it is not there. */
export function removeFile(path: string): void {
  if (!existsSync(path)) return;
  rmSync(path);
  syncDirectory(dirname(path));
}

/** Renames, synced; both names lie on one filesystem. @throws what rename(2) says; something of that name is there */
export function moveDurably(from: string, to: string): void {
  if (existsSync(to)) throw new Error(`${to} is there already`);
  renameSync(from, to);
  syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) syncDirectory(dirname(from));
}

/**
 * Makes a directory with its parents, synced: a file in it is lost with it.
 * @returns the topmost one that was made, for undo; undefined: it was there
 */
export function makeDirectory(path: string): string | undefined {
  const topmost = mkdirSync(path, { recursive: true, mode: 0o755 });
  if (topmost === undefined) return undefined;
  const last = dirname(resolve(topmost));
  for (let each = resolve(path); each !== last; each = dirname(each)) syncDirectory(dirname(each));
  return topmost;
}

/** Removes a directory in which nothing is left. */
export function removeIfEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Has a directory's entries written to disk. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
