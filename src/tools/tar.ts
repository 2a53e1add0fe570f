import { UnreadableOutput } from './unreadable.ts';

/** A file in an archive, as its header has it. */
export interface TarHeader {
  name: string;
  sizeBytes: number;
  /** `0` is a file; `x` says more about the next one. */
  type: string;
}

/** Headers and contents fill blocks of so many bytes. */
export const TAR_BLOCK_BYTES = 512;

const [NAME, SIZE, TYPE] = [
  [0, 100],
  [124, 136],
  [156, 157],
] as const;

const text = (block: Uint8Array, [from, to]: readonly [number, number]): string =>
  new TextDecoder().decode(block.subarray(from, to)).replace(/\0.*$/s, '');

/** Reads a header (tar(5), ustar). @returns null: the zeros at the end of an archive, or no header at all */
export function parseTarHeader(block: Uint8Array): TarHeader | null {
  const size = text(block, SIZE).trim();
  if (!/^[0-7]+$/.test(size)) return null;
  return { name: text(block, NAME), sizeBytes: Number.parseInt(size, 8), type: text(block, TYPE) || '0' };
}

/**
 * Reads what an `x` says about the next header (pax(5)): a size too large for it, a name too long.
 * @throws UnreadableOutput when that size is none
 */
export function parsePax(content: string): Partial<Pick<TarHeader, 'name' | 'sizeBytes'>> {
  const values = new Map([...content.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)].map(([, key, value]) => [key, value]));
  const [name, size] = [values.get('path'), values.get('size')];
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw new UnreadableOutput('an archive', 'no size of a file', size);
  return { ...(name === undefined ? {} : { name }), ...(size === undefined ? {} : { sizeBytes: Number(size) }) };
}

/** How far it is from the beginning of a content to the next header. */
export const paddedSize = (sizeBytes: number): number => Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
