import type { ResizeIntent, SizeWish } from '../model/intent.ts';
import { newPvUuid } from './pv-uuid.ts';
import { positiveSize } from './setup-intent.ts';
import { UsageError } from './usage-error.ts';

/** What `resize` was given, as it was typed. */
export interface ResizeFlags {
  size?: string | undefined;
  device?: readonly string[] | undefined;
  metadata?: string | undefined;
  pool?: string | undefined;
}

/**
 * Reads argument and flags.
 * @throws UsageError that names the one that is wrong, and what it takes
 */
export function resizeIntent(
  { size, device = [], metadata, pool }: ResizeFlags,
  profileTemplate: string,
): ResizeIntent {
  if (device.includes('')) throw new UsageError('--device is empty; it takes a disk, as lsblk lists it');
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as dmtool status lists it');
  return {
    pool: pool ?? null,
    data: size === undefined ? null : sizeWish('SIZE', size),
    metadata: metadata === undefined ? null : sizeWish('--metadata', metadata),
    newPvUuids: device.map(newPvUuid),
    profileTemplate,
  };
}

/** `200G`, `+20G` or `+100%FREE`. */
function sizeWish(name: string, text: string): SizeWish {
  const share = /^\+(\d{1,3})%FREE$/i.exec(text)?.[1];
  if (share !== undefined) {
    const percent = Number(share);
    if (percent < 1 || percent > 100) throw new UsageError(`${name} "${text}": it takes +1%FREE to +100%FREE`);
    return { kind: 'free-share', percent };
  }
  if (/[%]/.test(text)) throw new UsageError(`${name} "${text}": of percentages it takes +100%FREE alone`);
  if (text.startsWith('-')) throw new UsageError(`${name} "${text}": no pool can shrink`);
  return text.startsWith('+')
    ? { kind: 'by', sizeBytes: positiveSize(name, text.slice(1)) }
    : { kind: 'to', sizeBytes: positiveSize(name, text) };
}
