import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moveDurably, syncDirectory } from './files.ts';

/** A directory, where its contents are set aside, and whether it is a mount point, which stays. */
interface Place {
  root: string;
  backup: string;
  isMountPoint: boolean;
  /** Where entries go that were made while a move was half done. */
  later?: string;
}

/** What the backup is called while entries go one way or the other. */
const partial = (backup: string): string => `${backup}.partial`;

/** What is never moved: earlier copies, and what belongs to the filesystem itself. */
const stays = (name: string): boolean => /^docker\.bk(\.|$)/.test(name) || name === 'lost+found';

/**
 * Moves all that lies in a directory aside, by renaming alone. An ordinary directory goes as a whole, and an empty one
 * of the same kind takes its place; a mount point keeps its mount, so there the entries go one by one, and the backup
 * has its name only when all of them are in it. What a cut left half done is carried on.
 * @throws what the file system says
 */
export function setAside({ root, backup, isMountPoint, later }: Place): void {
  if (!isMountPoint) {
    if (!existsSync(backup)) moveDurably(root, backup);
    makeAlike(root, backup);
    return;
  }
  mkdirSync(partial(backup), { recursive: true, mode: 0o700 });
  if (later !== undefined) moveLater(root, partial(backup), later);
  moveEntries(root, partial(backup));
  moveDurably(partial(backup), backup);
}

/**
 * Moves everything back to where it was; what takes its place must be cleared before.
 * @throws what the file system says, for instance that the root is not empty
 */
export function bringBack({ root, backup, isMountPoint, later }: Place): void {
  if (!isMountPoint) {
    if (existsSync(root)) rmdirSync(root);
    moveDurably(backup, root);
    return;
  }
  // From here on new and old may lie side by side: the name says so.
  if (existsSync(backup)) moveDurably(backup, partial(backup));
  if (later !== undefined) moveLater(root, partial(backup), later);
  moveEntries(partial(backup), root);
  rmdirSync(partial(backup));
  syncDirectory(root);
}

/**
 * Renames one thing, also into a directory whose making was cut off.
 * @throws what rename(2) says; something of that name is there
 */
export function moveOne(from: string, to: string): void {
  makeAlike(dirname(to), dirname(from));
  moveDurably(from, to);
}

/**
 * What has names in the root that are in the other directory, too, came after the cut: Docker makes what it does not
 * find. It goes elsewhere, or neither could be moved.
 */
function moveLater(root: string, other: string, later: string): void {
  const names = entriesOf(root).filter((name) => existsSync(join(other, name)));
  if (names.length === 0) return;
  mkdirSync(later, { recursive: true, mode: 0o700 });
  for (const name of names) moveDurably(join(root, name), join(later, name));
}

const entriesOf = (directory: string): string[] => readdirSync(directory).filter((name) => !stays(name));

function moveEntries(from: string, to: string): void {
  for (const name of entriesOf(from)) renameSync(join(from, name), join(to, name));
  syncDirectory(from);
  syncDirectory(to);
}

function makeAlike(path: string, model: string): void {
  if (existsSync(path)) return;
  const { mode, uid, gid } = statSync(model);
  mkdirSync(path, { mode: mode & 0o7777 });
  chownSync(path, uid, gid);
  syncDirectory(dirname(path));
}
