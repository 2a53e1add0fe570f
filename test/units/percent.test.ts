import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { parsePercent, percentOfExtents, percentStep, usedPercent } from '../../src/units/percent.ts';
import { extents } from '../../src/units/quantity.ts';

test('a share of extents is rounded down, as LVM rounds -l 95%VG', (t) => {
  t.is(percentOfExtents(95, extents(255)), extents(242));
  t.is(percentOfExtents(1, extents(255)), extents(2));
  t.is(percentOfExtents(0.5, extents(1000)), extents(5));
  t.is(percentOfExtents(33.33, extents(10_000)), extents(3333));
  t.is(percentOfExtents(100, extents(7)), extents(7));
});

test('a share is never more than the whole, whatever the percentage', (t) => {
  const hundredths = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(hundredths, fc.bigInt({ min: 0n, max: 2n ** 40n }), (share, whole) => {
      const part = percentOfExtents(share / 100, extents(whole));
      assert.equal(part, (whole * BigInt(share)) / 10_000n);
    }),
  );
  t.pass();
});

test('a step of auto-extension is rounded up, as lvextend rounds +20%LV', (t) => {
  t.is(percentStep(20, extents(242)), extents(49));
  t.is(percentStep(1, extents(1)), extents(1));
  t.is(percentStep(20, extents(10)), extents(2));
  t.is(percentStep(0, extents(242)), extents(0));
});

test('used of total is told in percent, rounded down, and an empty total is not divided by', (t) => {
  t.is(usedPercent(1n, 3n), 33.33);
  t.is(usedPercent(512n, 512n), 100);
  t.is(usedPercent(99_999n, 100_000n), 99.99);
  t.is(usedPercent(0n, 0n), 0);
});

test('a percentage is read with or without its sign, with two decimals at most', (t) => {
  t.is(parsePercent('95'), 95);
  t.is(parsePercent('95%'), 95);
  t.is(parsePercent(' 0.5 % '), 0.5);
  t.is(parsePercent('99.99'), 99.99);
  t.is(parsePercent('100'), 100);
  t.is(parsePercent('0'), 0);
});

test('what is no percentage from 0 to 100 is refused', (t) => {
  for (const text of [
    '',
    '%',
    '101',
    '100.01',
    '-1',
    '+1',
    '1e2',
    '0x10',
    '.5',
    '5.',
    '1.234',
    '1,5',
    '5 5',
    'NaN',
    '1000',
  ])
    t.is(parsePercent(text), undefined, text);
});

test('every percentage with two decimals is read back as printed', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom('', '%', ' %'), (hundredths, sign) => {
      assert.equal(parsePercent(`${hundredths / 100}${sign}`), hundredths / 100);
    }),
  );
  t.pass();
});
