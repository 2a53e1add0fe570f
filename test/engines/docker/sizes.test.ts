import test from 'ava';
import fc from 'fast-check';
import { dockerSizeArgument, formatDockerSize } from '../../../src/engines/docker/sizes.ts';
import { bytes } from '../../../src/units/quantity.ts';
import { parseSize } from '../../../src/units/size.ts';

test('sizes are printed as in the documented docker info', (t) => {
  for (const [size, text] of [
    [0n, '0B'],
    [1n, '1B'],
    [999n, '999B'],
    [1000n, '1kB'],
    [65536n, '65.54kB'],
    [524288n, '524.3kB'],
    [10737418240n, '10.74GB'],
    [107374182400n, '107.4GB'],
    [2147483648n, '2.147GB'],
    [102005473280n, '102GB'],
    [999950000n, '1000MB'],
    [999940000n, '999.9MB'],
    [2n ** 60n, '1.153EB'],
  ] as const)
    t.is(formatDockerSize(bytes(size)), text, String(size));
});

test('each unit is a thousand of the one before', (t) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  for (const [power, unit] of units.entries()) t.is(formatDockerSize(bytes(2n * 1000n ** BigInt(power))), `2${unit}`);
});

test('a number past the last unit stays in it', (t) => {
  t.is(formatDockerSize(bytes(999n * 10n ** 24n)), '999YB');
  t.is(formatDockerSize(bytes(1000n * 10n ** 24n)), '1000YB');
});

test('an exact half goes to the even digit, as Go rounds', (t) => {
  t.is(formatDockerSize(bytes(1062500n)), '1.062MB');
  t.is(formatDockerSize(bytes(1187500n)), '1.188MB');
  t.is(formatDockerSize(bytes(12312500n)), '12.31MB');
  t.is(formatDockerSize(bytes(100250n)), '100.2kB');
  t.is(formatDockerSize(bytes(100750n)), '100.8kB');
});

/** Four significant digits of a double from 1 to 1000, by its bits, halves to even: what Go's %.4g says of it. */
function fourDigits(value: number): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
  const unit = 1n << (1075n - (bits >> 52n));
  const exact = (bits & ((1n << 52n) - 1n)) | (1n << 52n);
  const scale = value >= 100 ? 10n : value >= 10 ? 100n : 1000n;
  const [whole, rest] = [(exact * scale) / unit, (exact * scale) % unit];
  const up = rest * 2n > unit || (rest * 2n === unit && whole % 2n === 1n);
  return Number(whole + (up ? 1n : 0n)) / Number(scale);
}

test('every size is rounded as Go does', (t) => {
  fc.assert(
    fc.property(fc.bigInt(1000n, 999_999_999n), fc.constantFrom(1n, 250n, 4096n), (count, step) => {
      const size = count * step;
      let scaled = Number(size);
      let unit = '';
      for (unit of ['kB', 'MB', 'GB', 'TB']) {
        scaled /= 1000;
        if (scaled < 1000) break;
      }
      return formatDockerSize(bytes(size)) === `${fourDigits(scaled)}${unit}`;
    }),
    { numRuns: 20_000 },
  );
  t.pass();
});

test('for Docker a size is written exactly, in the largest unit', (t) => {
  for (const [size, text] of [
    [107374182400n, '100G'],
    [107374182401n, '107374182401'],
    [1536n * 1024n, '1536K'],
    [2n ** 40n, '1T'],
    [3n * 2n ** 20n, '3M'],
    [512n, '512'],
    [0n, '0'],
  ] as const)
    t.is(dockerSizeArgument(bytes(size)), text);
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 53n), (size) => {
      const text = dockerSizeArgument(bytes(size));
      return parseSize(text) === size && /^\d+[KMGT]?$/.test(text);
    }),
  );
});
