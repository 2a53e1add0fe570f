import { oneLine } from './printable.ts';

/** A word as a shell reads it back unchanged (POSIX quoting). */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command line as one would type it. */
export const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

/** A remark between command lines: a line end in it would make a command of the rest. */
export const shellComment = (text: string): string => `# ${oneLine(text)}`;
