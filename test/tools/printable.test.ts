import test from 'ava';
import fc from 'fast-check';
import { oneLine, printable } from '../../src/tools/printable.ts';

test('what a terminal would obey is told, and what people write stays', (t) => {
  t.is(printable('a\u001b[2Jb\r\u0007\u009b\u202e\0'), String.raw`a\x1b[2Jb\x0d\x07\x9b\u202e\x00`);
  for (const text of ['', 'two\n\tlines', 'Grüße ✔ 日本 🐳', '[####|--!-]']) t.is(printable(text), text);
  t.is(oneLine('a\nb\tc ✔'), String.raw`a\x0ab\x09c ✔`);
});

test('nothing that a terminal would obey is left, of any text', (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(fc.property(text, (each) => !/[^\P{Cc}\n\t]/u.test(printable(each)) && !/\p{Cc}/u.test(oneLine(each))));
  t.pass();
});
