import type { FilesystemCheck, MetadataCheck } from '../model/repair.ts';

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

/** Writes down what was found of metadata: `sound=yes` and `full=no`, a line each, so that a script can ask as well. */
export const formatCheck = ({ isSound, isFull }: MetadataCheck): string =>
  `${SOUND}${yesNo(isSound)}\n${FULL}${yesNo(isFull)}\n`;

const SOUND = 'sound=';
const FULL = 'full=';

/** The line that says that metadata are sound. */
export const SOUND_LINE = `${SOUND}yes`;
/** The line that says that they have room. */
export const ROOMY_LINE = `${FULL}no`;

/** Reads it again. @returns null: it is not there, or not whole */
export function parseCheck(text: string | null): MetadataCheck | null {
  const said = (name: string): string | undefined =>
    text
      ?.split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length);
  const [sound, full] = [said(SOUND), said(FULL)];
  return sound === undefined || full === undefined ? null : { isSound: sound === 'yes', isFull: full === 'yes' };
}

/** Writes down what was found of filesystems: verdict, name and detail, between tabs, a line each. */
export const formatFilesystems = (checks: readonly FilesystemCheck[]): string =>
  checks.map(({ verdict, name, detail }) => `${[verdict, name, detail.replaceAll(/\s+/g, ' ')].join('\t')}\n`).join('');

const VERDICTS: readonly string[] = [
  'sound',
  'damaged',
  'unclear',
  'unchecked',
  'none',
  'lost',
] satisfies FilesystemCheck['verdict'][];

/** Reads it again; lines that are not of that form are left out. @returns null: it is not there */
export function parseFilesystems(text: string | null): FilesystemCheck[] | null {
  if (text === null) return null;
  return text.split('\n').flatMap((line) => {
    const [verdict = '', name = '', detail = ''] = line.split('\t');
    return VERDICTS.includes(verdict) ? [{ verdict: verdict as FilesystemCheck['verdict'], name, detail }] : [];
  });
}
