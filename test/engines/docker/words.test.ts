import test from 'ava';
import fc from 'fast-check';
import { logicalLines, splitWords } from '../../../src/engines/docker/words.ts';

test('words end at blanks; quotes and backslashes keep them together', (t) => {
  for (const [line, words] of [
    ['', []],
    ['  a\tb \n c ', ['a', 'b', 'c']],
    [`--storage-opt "dm.mkfsarg=-m crc=0" -s 'x y'`, ['--storage-opt', 'dm.mkfsarg=-m crc=0', '-s', 'x y']],
    [`a"b c"'d e'f`, ['ab cd ef']],
    [`"" ''`, ['', '']],
    [`a\\ b "\\"q\\"" '\\'`, ['a b', '"q"', '\\']],
    [`it's "open`, ["it's", '"open']],
    ['end\\', ['end\\']],
    ['end\\ ', ['end ']],
  ] as const)
    t.deepEqual(splitWords(line), words, line);
});

test('quoted words are read back, whatever is in them', (t) => {
  const quoted = (word: string): string => `"${word.replace(/[\\"]/g, '\\$&')}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
      t.deepEqual(splitWords(words.map(quoted).join(' ')), words);
    }),
    { numRuns: 300 },
  );
});

test('lines that end in a backslash go on; comments do not count, not even between them', (t) => {
  t.deepEqual(logicalLines('a # b; c'), ['a # b; c']);
  t.deepEqual(logicalLines('a \\\n# no\n  b\r\n; no\nc'), ['a    b', 'c']);
});
