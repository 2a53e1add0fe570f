import type { FilesystemCheck } from '../model/repair.ts';
import type { Argv } from './argv.ts';

/** blkid(8): the kind of filesystem on a device, read from the device itself; it fails where it knows none. */
export const filesystemType = (device: string): Argv => [
  ...(['blkid', '--probe', '--match-tag', 'TYPE'] as const),
  ...['--output', 'value', device],
];

/** e2fsck(8) and xfs_repair(8), with nothing changed; null: nobody here checks that kind without a change. */
export function checkFilesystem(type: string, device: string): Argv | null {
  if (/^ext[234]$/.test(type)) return ['e2fsck', '-f', '-n', device];
  return type === 'xfs' ? ['xfs_repair', '-n', device] : null;
}

/** What both say of a journal that the next mount replays: until then there is more to be found than is wrong. */
const JOURNAL = /skipping journal recovery|valuable metadata changes in a log/i;

/** What blkid(8) ends with where it knows nothing on a device. */
const NOTHING_FOUND = 2;

/** What blkid names that is no filesystem: nobody has to check it. */
const NO_FILESYSTEM = /^(?:swap|crypto_LUKS|\w+_member)$/;

/** What blkid found; null: a filesystem, or something that may be one. */
export function verdictOfType(exitCode: number, type: string): Pick<FilesystemCheck, 'verdict' | 'detail'> | null {
  if (exitCode === NOTHING_FOUND && type === '') return { verdict: 'none', detail: 'no filesystem was found on it' };
  if (exitCode !== 0) return { verdict: 'unchecked', detail: `blkid ended with exit code ${exitCode}` };
  return NO_FILESYSTEM.test(type) ? { verdict: 'none', detail: `${type} is no filesystem` } : null;
}

/** They did not come to an end: a wrong call, cancelled, no library (e2fsck), lost, or killed. */
const isNoWord = (exitCode: number): boolean => exitCode < 0 || exitCode >= 16;

/** What a check found: with -n both end with 0 only where there is nothing to mend. */
export function verdictOf(exitCode: number, output: string): Pick<FilesystemCheck, 'verdict' | 'detail'> {
  if (exitCode === 0) return { verdict: 'sound', detail: '' };
  if (isNoWord(exitCode)) return { verdict: 'unchecked', detail: `its check ended with exit code ${exitCode}` };
  if (JOURNAL.test(output)) return { verdict: 'unclear', detail: 'its journal is to be replayed first: mount it' };
  return { verdict: 'damaged', detail: `exit code ${exitCode}` };
}
