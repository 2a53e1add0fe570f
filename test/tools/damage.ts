import fc from 'fast-check';
import { corrupted } from './corrupt.ts';

/** What no program writes where a number stands: too large for 64 bits and for a float, below zero, none at all. */
const NUMBERS = ['-1', '0', '1e999', '9'.repeat(400), `${2n ** 64n}`, '1.5', 'x', ''];

/** What invalid UTF-8 is read as, and characters that a terminal would obey. */
const PIECES = ['\0', '\ufffd', '\ufeff', '\u001b[2J', '\u202e', '__proto__', '{"a":'];

/** A text as something else than its program might give it: bent anywhere, or its numbers, fields, lines and line ends. */
export function damaged(text: string): fc.Arbitrary<string> {
  const numbers = [...text.matchAll(/-?\d+/g)];
  const lines = text.split('\n');
  const line = fc.nat({ max: lines.length - 1 });
  const swapFields = (words: string): string => words.split(' ').reverse().join(' ');
  const bends: fc.Arbitrary<string>[] = [
    corrupted(text),
    fc.constant(text.replaceAll('\n', '\r\n')),
    line.map((at) => lines.toSpliced(at, 0, lines[at] as string).join('\n')),
    line.map((at) => lines.with(at, swapFields(lines[at] as string)).join('\n')),
    fc
      .tuple(fc.nat({ max: text.length }), fc.constantFrom(...PIECES))
      .map(([at, piece]) => text.slice(0, at) + piece + text.slice(at)),
  ];
  if (numbers.length > 0) {
    const other = fc.tuple(fc.constantFrom(...numbers), fc.constantFrom(...NUMBERS));
    bends.push(other.map(([{ index, 0: old }, put]) => text.slice(0, index) + put + text.slice(index + old.length)));
  }
  return fc.oneof(...bends);
}

/** So much of one character that whoever looks at each rest of it again does not come to an end. */
const LONG = 1_000_000;
const CHARACTERS = [' ', '\n', '0', 'a', '"', '-'];

/** A megabyte of one character: alone, and in the midst of each text. */
export const endless = (texts: readonly string[]): string[] =>
  CHARACTERS.flatMap((character) => {
    const run = character.repeat(LONG);
    return [run, ...texts.map((text) => text.slice(0, text.length / 2) + run + text.slice(text.length / 2))];
  });

/** The first number in it that is no amount: below zero, or no number at all; undefined: all are. */
export function oddNumber(value: unknown): unknown {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? undefined : value;
  if (typeof value === 'bigint') return value >= 0n && value < 2n ** 80n ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
  return parts.map(oddNumber).find((odd) => odd !== undefined);
}
