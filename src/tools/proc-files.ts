import { unescapeOctal } from './mountinfo.ts';

/** Reads /proc/swaps (proc(5)): what is swapped to, a path a line under a heading. */
export const parseSwaps = (text: string): string[] =>
  [...text.matchAll(/^(\/\S*)/gm)].map(([path]) => unescapeOctal(path)).filter((path) => !path.includes('\0'));

const ACCESS_MODE = 0o3;

/** Whether a file is open for writing, by its fdinfo (proc(5)), where the flags of open(2) stand in octal. */
export function isOpenForWriting(text: string): boolean {
  const flags = /^flags:[ \t]*([0-7]{1,15})$/m.exec(text)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
}
