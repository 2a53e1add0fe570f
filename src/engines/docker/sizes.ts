import { type Bytes, GIB, KIB, MIB, TIB } from '../../units/quantity.ts';

const DECIMAL_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

/**
 * As `docker info` prints sizes (docker/go-units, HumanSize): decimal units, four significant digits, no blank:
 * 107374182400 is `107.4GB`. Divided as there, in floating point, so that the last digit is the same.
 */
export function formatDockerSize(size: Bytes): string {
  let scaled = Number(size);
  let unit = 0;
  while (scaled >= 1000 && unit < DECIMAL_UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${fourDigits(scaled)}${DECIMAL_UNITS[unit]}`;
}

/** Go's %.4g of a number from 0 to 1000: exact halves go to the even digit, where toPrecision takes the upper one. */
function fourDigits(value: number): string {
  const exact = value.toPrecision(60).replace('.', '');
  const isHalfAboveEven = /^\d{3}[02468]50*$/.test(exact);
  return String(Number(isHalfAboveEven ? value.toPrecision(60).slice(0, 5) : value.toPrecision(4)));
}

const BINARY_UNITS: readonly [string, bigint][] = [
  ['T', TIB],
  ['G', GIB],
  ['M', MIB],
  ['K', KIB],
];

/** As Docker reads sizes (docker/go-units, RAMInBytes: binary units): the largest unit that expresses it exactly. */
export function dockerSizeArgument(size: Bytes): string {
  const [name, unitBytes] = BINARY_UNITS.find(([, scale]) => size >= scale && size % scale === 0n) ?? ['', 1n];
  return `${size / unitBytes}${name}`;
}
