import { type Bytes, GIB, KIB } from '../../units/quantity.ts';
import { parseSize } from '../../units/size.ts';
import type { ValueKind } from './option-table.ts';
import { dockerSizeArgument } from './sizes.ts';

/** Go's strconv.ParseBool. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Whether Docker reads the value as true. */
export const isTrue = (value: string): boolean => TRUE.includes(value);

/**
 * Reads a value, and writes it as Docker takes it: 20GiB as 20G, 10 as 10%, yes-or-no as true or false.
 * @returns what it takes, as a clause, when it is not that
 */
export function parseValue(kind: ValueKind, text: string): { value: string } | string {
  switch (kind.is) {
    case 'size':
      return size(text, isPositive, 'it takes a size like 20G or 512M');
    case 'chunk-size':
      return size(text, isChunkSize, 'it takes 64K to 1G, a multiple of 64K');
    case 'percent':
      // Docker wants the sign, although its documents leave it out, and less than 100.
      return /^\d{1,2}%?$/.test(text)
        ? { value: `${Number.parseInt(text, 10)}%` }
        : 'it takes a whole percentage from 0% to 99%';
    case 'boolean':
      return TRUE.includes(text) || FALSE.includes(text) ? { value: String(isTrue(text)) } : 'it takes true or false';
    case 'integer':
      return /^\d{1,10}$/.test(text) && Number(text) >= kind.least && Number(text) <= kind.most
        ? { value: String(Number(text)) }
        : `it takes a whole number from ${kind.least} to ${kind.most}`;
    case 'choice':
      return kind.of.includes(text) ? { value: text } : `it takes ${kind.of.join(' or ')}`;
    case 'path':
      return /^\/\P{Cc}*$/u.test(text) ? { value: text } : 'it takes the path of a device';
    case 'text':
      return /^\P{Cc}+$/u.test(text) ? { value: text } : 'it takes a text on one line';
  }
}

/** The kernel's bounds (thin-provisioning.rst). */
const isChunkSize = (size: Bytes): boolean => size >= 64n * KIB && size <= GIB && size % (64n * KIB) === 0n;
const isPositive = (size: Bytes): boolean => size > 0n;

function size(text: string, isRight: (size: Bytes) => boolean, problem: string): { value: string } | string {
  const parsed = parseSize(text);
  return parsed !== undefined && isRight(parsed) ? { value: dockerSizeArgument(parsed) } : problem;
}
