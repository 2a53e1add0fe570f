import type { Argv } from './argv.ts';

/** find(1): each entry of a data root, dotfiles too, but not what was set aside in it, nor what belongs to its filesystem. */
const forEachEntry = (path: string, ...command: readonly string[]): Argv => [
  ...(['find', path, '-mindepth', '1', '-maxdepth', '1'] as const),
  ...['!', '-name', 'docker.bk*', '!', '-name', 'lost+found'],
  ...['-exec', ...command, '--', '{}', '+'],
];

/** rm(1): what is removed with all that is in it; mounts below are never entered. */
const REMOVE = ['rm', '-rf', '--one-file-system'] as const;

/** Removes what lies in a data root, apart from what was set aside in it. */
export const clearDirectory = (path: string): Argv => forEachEntry(path, ...REMOVE);

/** Removes directories with all that is in them. */
export const removeTree = (...paths: readonly string[]): Argv => [...REMOVE, '--', ...paths];

/** sync(1): what anybody wrote to the filesystems of these paths is on their disks afterwards. */
export const syncFilesystems = (...paths: readonly string[]): Argv => ['sync', '--file-system', '--', ...paths];

/** umount(8). */
export const unmount = (mountPoint: string): Argv => ['umount', '--', mountPoint];

/** mv(1): moves the entries of a data root, apart from what was set aside in it. */
export const moveEntries = (from: string, to: string): Argv => forEachEntry(from, 'mv', `--target-directory=${to}`);
