import type { Argv } from './argv.ts';

/** What was set aside in a mount point, and what belongs to its filesystem, is not the data root's own. */
const KEPT = ['!', '-name', 'docker.bk*', '!', '-name', 'lost+found'] as const;

/** find(1), rm(1): removes what lies in a data root, apart from what was set aside in it; mounts below are never entered. */
export const clearDirectory = (path: string): Argv => [
  'find',
  path,
  '-mindepth',
  '1',
  '-maxdepth',
  '1',
  ...KEPT,
  '-exec',
  'rm',
  '-rf',
  '--one-file-system',
  '--',
  '{}',
  '+',
];

/** rm(1): removes a directory with all that is in it; mounts below are never entered. */
export const removeTree = (path: string): Argv => ['rm', '-rf', '--one-file-system', '--', path];

/** umount(8). */
export const unmount = (mountPoint: string): Argv => ['umount', '--', mountPoint];

/** find(1), mv(1): moves the entries of a data root, dotfiles too, apart from what was set aside in it. */
export const moveEntries = (from: string, to: string): Argv => [
  'find',
  from,
  '-mindepth',
  '1',
  '-maxdepth',
  '1',
  ...KEPT,
  '-exec',
  'mv',
  `--target-directory=${to}`,
  '--',
  '{}',
  '+',
];
