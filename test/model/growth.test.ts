import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { fittedStepPercent, growthWithin, leastStepPercent } from '../../src/model/growth.ts';
import { percentStep } from '../../src/units/percent.ts';
import { extents } from '../../src/units/quantity.ts';

const count = fc.bigInt({ min: 1n, max: 2n ** 32n }).map(extents);

test('each step of growth is a percentage of what the pool then holds', (t) => {
  t.deepEqual(growthWithin(extents(100), extents(44), 20), {
    times: 2,
    firstExtents: extents(20),
    totalExtents: extents(44),
  });
});

test('LVM never extends by what is left: less than a step is no growth', (t) => {
  t.deepEqual(growthWithin(extents(242), extents(48), 20), {
    times: 0,
    firstExtents: extents(49),
    totalExtents: extents(0),
  });
  t.is(growthWithin(extents(242), extents(49), 20).times, 1);
});

test('a step of 0 % is no growth at all', (t) => {
  t.deepEqual(growthWithin(extents(100), extents(1000), 0), {
    times: 0,
    firstExtents: extents(0),
    totalExtents: extents(0),
  });
});

test('over its threshold a pool takes what brings it back under it, and no less', (t) => {
  // Seen of LVM 2.03.16: threshold 80, the pool at 85.5 %.
  t.is(leastStepPercent(855n, 1000n, 80), 7);
  t.is(leastStepPercent(801n, 1000n, 80), 1);
  t.is(leastStepPercent(800n, 1000n, 80), 0);
  t.is(leastStepPercent(0n, 0n, 80), 0);
  t.is(leastStepPercent(51n, 100n, 30), 2);
});

test('growth never takes more than is free, and stops only when the next step does not fit', (t) => {
  fc.assert(
    fc.property(count, count, fc.integer({ min: 1, max: 100 }), (data, free, percent) => {
      const { totalExtents } = growthWithin(data, free, percent);
      assert.ok(totalExtents <= free);
      assert.ok(totalExtents + percentStep(percent, extents(data + totalExtents)) > free);
    }),
  );
  t.pass();
});

test('the fitted step is the largest one up to 20 % that runs', (t) => {
  fc.assert(
    fc.property(count, count, (data, free) => {
      const percent = fittedStepPercent(data, free);
      assert.ok(percent >= 0 && percent <= 20);
      if (percent > 0) assert.ok(growthWithin(data, free, percent).times >= 1);
      if (percent < 20) assert.equal(growthWithin(data, free, percent + 1).times, 0);
    }),
  );
  t.is(fittedStepPercent(extents(242), extents(9)), 3);
  t.is(fittedStepPercent(extents(242), extents(0)), 0);
});
