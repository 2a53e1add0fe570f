import test from 'ava';
import fc from 'fast-check';
import { type AlertRange, alerts, parseRange, upperMark } from '../../src/units/range.ts';

const range = (text: string): AlertRange => parseRange(text) as AlertRange;

test('the guidelines’ own examples', (t) => {
  for (const [text, quiet, loud] of [
    ['10', [0, 5, 10], [-1, 10.01, 11]],
    ['10:', [10, 99], [9.99, -1]],
    ['~:10', [-99, 10], [10.01]],
    ['10:20', [10, 20], [9, 21]],
    ['@10:20', [9, 21], [10, 15, 20]],
    ['@10', [11, -1], [0, 10]],
    ['-5:5.5', [-5, 5.5], [-6, 5.6]],
  ] as const) {
    for (const value of quiet) t.false(alerts(range(text), value), `${text} ${value}`);
    for (const value of loud) t.true(alerts(range(text), value), `${text} ${value}`);
  }
});

test('what is no range is not read as one', (t) => {
  for (const text of ['', '@', ':', 'x', '10:5', '80%', '1:2:3', '~', '1e3', ' 10', '10 '])
    t.is(parseRange(text), undefined, text);
  t.is(range('@80:90').text, '@80:90');
});

test('a mark stands where growing begins to alert', (t) => {
  t.deepEqual(
    ['80', '@80:', '~:80', '80:', '@~:10'].map((text) => upperMark(range(text))),
    [80, 80, 80, null, null],
  );
});

test('inside and outside are opposites, for any range and value', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.double({ noNaN: true }), (start, width, value) => {
        const text = `${start}:${start + width}`;
        return alerts(range(text), value) !== alerts(range(`@${text}`), value);
      }),
    ),
  );
});
