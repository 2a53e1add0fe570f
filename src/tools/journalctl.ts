import type { Argv } from './argv.ts';

/** Reads a log: its last lines, without those that are empty. */
export const lastLines = (text: string, count: number): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-count);

/** journalctl(1): the last that a unit said, without times and names before it. */
export const journalTail = (unit: string, lines: number): Argv => [
  ...(['journalctl', '--no-pager', '--output=cat', `--lines=${lines}`, `--unit=${unit}`] as const),
];
