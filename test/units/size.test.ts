import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { bytes, GIB, KIB, MIB, TIB } from '../../src/units/quantity.ts';
import { formatSize, formatSizeForLvm, parseSize } from '../../src/units/size.ts';

/** More than any block device holds: the kernel counts bytes in a signed 64-bit number. */
const anySize = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(bytes);

test('200G, 200GB, 200GiB and 200g are one size, binary', (t) => {
  for (const text of [
    '200G',
    '200GB',
    '200GiB',
    '200g',
    '200gib',
    ' 200 G ',
    '204800M',
    '214748364800',
    '214748364800b',
  ])
    t.is(parseSize(text), bytes(200n * GIB), text);
});

test('each unit is read: bytes, 512-byte sectors, K, M, G, T, P', (t) => {
  t.is(parseSize('7'), bytes(7));
  t.is(parseSize('8b'), bytes(8));
  t.is(parseSize('3s'), bytes(1536));
  t.is(parseSize('64K'), bytes(64n * KIB));
  t.is(parseSize('2m'), bytes(2n * MIB));
  t.is(parseSize('1.5T'), bytes((TIB * 3n) / 2n));
  t.is(parseSize('1PiB'), bytes(1024n * TIB));
  t.is(parseSize('0'), bytes(0));
});

test('what is no size, or no whole number of bytes, is refused', (t) => {
  const texts = [
    '',
    'G',
    '-1G',
    '+1G',
    '1e3',
    '1.5',
    '1.5b',
    '1..5G',
    '1,5G',
    '10 000',
    '1GG',
    '1Gb b',
    '1iB',
    '1siB',
    '0x10',
    '1E',
  ];
  for (const text of texts) t.is(parseSize(text), undefined, text);
});

test('every size is read back from what LVM is told', (t) => {
  fc.assert(fc.property(anySize, (size) => assert.equal(parseSize(formatSizeForLvm(size)), size)));
  const round = fc.tuple(fc.bigInt({ min: 0n, max: 4096n }), fc.constantFrom(1n, 512n, KIB, MIB, GIB, TIB));
  fc.assert(
    fc.property(round, ([count, unit]) => assert.equal(parseSize(formatSizeForLvm(bytes(count * unit))), count * unit)),
  );
  t.pass();
});

test('LVM is told the largest unit that says a size exactly', (t) => {
  t.is(formatSizeForLvm(bytes(512n * KIB)), '512k');
  t.is(formatSizeForLvm(bytes(GIB)), '1g');
  t.is(formatSizeForLvm(bytes(1025n * MIB)), '1025m');
  t.is(formatSizeForLvm(bytes(1000)), '1000b');
  t.is(formatSizeForLvm(bytes(0)), '0b');
});

test('people read sizes with two decimals at most, in the largest unit that fits', (t) => {
  t.is(formatSize(bytes((GIB * 19n) / 2n)), '9.5 GiB');
  t.is(formatSize(bytes(512n * KIB)), '512 KiB');
  t.is(formatSize(bytes(GIB - 1n)), '1023.99 MiB');
  t.is(formatSize(bytes(16n * TIB)), '16 TiB');
  t.is(formatSize(bytes(511)), '511 B');
  t.is(formatSize(bytes(0)), '0 B');
});

test('a size is never printed larger than it is', (t) => {
  const units: Readonly<Record<string, bigint>> = { B: 1n, KiB: KIB, MiB: MIB, GiB: GIB, TiB: TIB };
  fc.assert(
    fc.property(anySize, (size) => {
      const [, whole = '', fraction = '', unit = ''] = /^(\d+)(?:\.(\d{1,2}))? (\w+)$/.exec(formatSize(size)) ?? [];
      const hundredths = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
      const printed = hundredths * (units[unit] as bigint);
      assert.ok(printed <= size * 100n, formatSize(size));
      assert.ok(printed + (units[unit] as bigint) > size * 100n, formatSize(size));
    }),
  );
  t.pass();
});

test('no text makes the reader of sizes throw or answer with less than nothing', (t) => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[-+]?\d{0,25}[.,]?\d{0,8} ?[a-zA-Z]{0,3}$/));
  fc.assert(fc.property(text, (each) => assert.ok((parseSize(each) ?? 0n) >= 0n)));
  t.pass();
});

test('part of a byte counts as one, so that a size can be typed as it is printed', (t) => {
  t.is(parseSize('0.3K'), bytes(308n));
  t.is(parseSize('15.81G'), bytes(16_975_858_238n));
  t.is(formatSize(parseSize('5.69G') as never), '5.69 GiB');
});
