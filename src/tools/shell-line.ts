import { oneLine } from './printable.ts';

/** A word as a shell reads it back unchanged (POSIX quoting). */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command line as one would type it. */
export const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');

/** The same where a person reads it in a sentence: a script of many lines goes by the name that it runs under. */
export function spokenLine(argv: readonly string[]): string {
  const [, flag, script = '', ...named] = argv;
  return shellLine(flag === '-c' && script.includes('\n') ? named : argv);
}

/** A remark between command lines: a line end in it would make a command of the rest. */
export const shellComment = (text: string): string => `# ${oneLine(text)}`;
