import { spokenLine } from '../tools/shell-line.ts';

/** Tells of a program that changes something and does not end: it is waited for. */
export const overdueTo =
  (say: (text: string) => void) =>
  (argv: readonly string[]): void =>
    say(`Still running after its deadline, and not to be killed: ${spokenLine(argv)}`);
