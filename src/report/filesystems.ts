import type { FilesystemCheck } from '../model/repair.ts';

const WORDS: Readonly<Record<FilesystemCheck['verdict'], string>> = {
  sound: 'sound',
  damaged: 'DAMAGED',
  unclear: 'not clear',
  unchecked: 'NOT CHECKED',
  none: 'not checked',
  lost: 'LOST',
};

/** Whether somebody has to look at it: only what is sound, or no filesystem, is done with. */
export const isWorkLeft = ({ verdict }: FilesystemCheck): boolean => verdict !== 'sound' && verdict !== 'none';

const LOST =
  "The kernel finds what is LOST in its pool's metadata no more (where it could not read them, dmesg says so): a backup brings it back.";

/** What was found of filesystems: how many are sound, and each of the others. */
export function renderFilesystems(found: readonly FilesystemCheck[]): string {
  const sound = found.filter(({ verdict }) => verdict === 'sound').length;
  const others = found.filter(({ verdict }) => verdict !== 'sound');
  return [
    `Filesystems: ${sound} of ${found.length} are sound${others.length > 0 ? '; the others:' : '.'}`,
    ...others.map(({ verdict, name, detail }) => `  ${name}: ${WORDS[verdict]} (${detail})`),
    ...(others.some(({ verdict }) => verdict === 'damaged')
      ? [
          'Mend those that are damaged with e2fsck or xfs_repair while nobody uses them, or bring back what a backup has.',
        ]
      : []),
    ...(others.some(({ verdict }) => verdict === 'lost') ? [LOST] : []),
  ].join('\n');
}
