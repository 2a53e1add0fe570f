import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {
  bytes,
  bytesToSectors,
  extents,
  extentsToBytes,
  extentsToHold,
  extentsWithin,
  GIB,
  MIB,
  sectors,
  sectorsToBytes,
} from '../../src/units/quantity.ts';

test('a sector is 512 bytes: 100 GiB are 209715200 of them', (t) => {
  t.is(sectorsToBytes(sectors(209_715_200)), bytes(100n * GIB));
});

test('extents become bytes exactly, beyond what a double holds', (t) => {
  t.is(extentsToBytes(extents(2n ** 40n + 1n), bytes(4n * MIB)), bytes((2n ** 40n + 1n) * 4n * MIB));
});

test('the extents that hold a size are the fewest that do, and those within it the most', (t) => {
  const extentSize = fc.integer({ min: 0, max: 16 }).map((power) => bytes(MIB * 2n ** BigInt(power)));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 60n }), extentSize, (size, each) => {
      const holding = extentsToHold(bytes(size), each);
      assert.ok(holding * each >= size && (holding - 1n) * each < size);
      const within = extentsWithin(bytes(size), each);
      assert.ok(within * each <= size && (within + 1n) * each > size);
    }),
  );
  t.pass();
});

test('sectors are counted in whole ones', (t) => {
  t.is(bytesToSectors(bytes(10_737_418_240n)), 20_971_520n as never);
  t.is(bytesToSectors(bytes(1023n)), 1n as never);
});
