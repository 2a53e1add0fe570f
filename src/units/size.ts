import { type Bytes, bytes, GIB, KIB, MIB, TIB } from './quantity.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  s: 512n,
  k: KIB,
  m: MIB,
  g: GIB,
  t: TIB,
  p: TIB * 1024n,
};

/**
 * Reads a size as LVM and docker-device-tool have it: 200G = 200GB = 200GiB, binary, 1.5G too, `s` for 512-byte
 * sectors, and a bare number in bytes. Part of a byte counts as one: sizes that are printed with two decimals can be typed.
 * @returns undefined when the text is no size
 */
export function parseSize(text: string): Bytes | undefined {
  const match = /^(\d{1,19})(?:\.(\d{1,6}))?\s?(?:([bs])|(?:([kmgtp])(?:i?b)?))?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = '', plain = '', scaled = ''] = match;
  const unitBytes = UNITS[(plain || scaled).toLowerCase()] as bigint;
  const scale = 10n ** BigInt(fraction.length);
  const scaledBytes = (BigInt(whole) * scale + BigInt(fraction || '0')) * unitBytes;
  // Of bytes and sectors there are whole ones alone.
  return scaled === '' && scaledBytes % scale !== 0n ? undefined : bytes((scaledBytes + scale - 1n) / scale);
}

const SCALES: readonly [string, bigint][] = [
  ['TiB', TIB],
  ['GiB', GIB],
  ['MiB', MIB],
  ['KiB', KIB],
];

/** For people: `9.5 GiB`, `512 KiB`; two decimals at most, never rounded up past what is there. */
export function formatSize(size: Bytes): string {
  const [name, unitBytes] = SCALES.find(([, scale]) => size >= scale) ?? ['B', 1n];
  const hundredths = (size * 100n) / unitBytes;
  return `${Number(hundredths) / 100} ${name}`;
}

/** For LVM's arguments: the same size in the largest unit that expresses it exactly (`512k`, `1g`, `1000b`). */
export function formatSizeForLvm(size: Bytes): string {
  const [name, unitBytes] = SCALES.find(([, scale]) => size >= scale && size % scale === 0n) ?? ['B', 1n];
  return `${size / unitBytes}${name.charAt(0).toLowerCase()}`;
}
