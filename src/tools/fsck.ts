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

/** What a check found: with -n both end with 0 only where there is nothing to mend. */
export function verdictOf(exitCode: number, output: string): Pick<FilesystemCheck, 'verdict' | 'detail'> {
  if (exitCode === 0) return { verdict: 'sound', detail: '' };
  if (JOURNAL.test(output)) return { verdict: 'unclear', detail: 'its journal is to be replayed first: mount it' };
  return { verdict: 'damaged', detail: `exit code ${exitCode}` };
}
