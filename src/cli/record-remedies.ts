import { basename } from 'node:path';

/** What helps where a record that dmtool wrote can't be read, by the name of its file. */
const REMEDIES: Readonly<Record<string, string>> = {
  'journal.json':
    'mend its JSON, or restore it from a backup: without it dmtool does not know what a run that was cut off had begun; only when pvs, lvs and dmsetup ls show nothing of one, move it away',
  'installed.json':
    'mend its JSON, or restore it from a backup: without it dmtool does not know what the engines and their settings were before, and teardown can bring nothing back',
  'raw-pools.json':
    'mend its JSON, or restore it from a backup: without it dmtool does not know of which files and devices pools without LVM are made, and activate can bring none back',
};

/** What helps where a record that dmtool wrote can't be read: none of them can be made again. */
export const recordRemedy = (path: string): string =>
  REMEDIES[basename(path)] ?? 'mend it, or restore it from a backup: dmtool can not make it again';
