import type { Argv } from './argv.ts';

/** journalctl(1): the last that a unit said, without times and names before it. */
export const journalTail = (unit: string, lines: number): Argv => [
  ...(['journalctl', '--no-pager', '--output=cat', `--lines=${lines}`, `--unit=${unit}`] as const),
];
