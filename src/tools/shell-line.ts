/** A word as a shell reads it back unchanged (POSIX quoting). */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command line as one would type it. */
export const shellLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ');
