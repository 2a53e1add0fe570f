import type { Amount, SetupIntent } from '../model/intent.ts';
import { nameProblem, poolNameProblem } from '../tools/lvm-names.ts';
import { parsePercent } from '../units/percent.ts';
import { type Bytes, GIB, KIB, MIB } from '../units/quantity.ts';
import { parseSize } from '../units/size.ts';
import { newPvUuid } from './pv-uuid.ts';
import { UsageError } from './usage-error.ts';

/** The flags of `setup`, as they were typed. */
export interface SetupFlags {
  device?: readonly string[] | undefined;
  vg?: string | undefined;
  pool: string;
  'data-percent'?: string | undefined;
  'data-size'?: string | undefined;
  'metadata-percent'?: string | undefined;
  'metadata-size'?: string | undefined;
  'chunk-size'?: string | undefined;
  'autoextend-threshold'?: string | undefined;
  'autoextend-percent'?: string | undefined;
  headroom: boolean;
  wipe: boolean;
}

const DEFAULT_VG = 'docker';

/**
 * Reads the flags.
 * @throws UsageError that names the flag and what it takes
 */
export function setupIntent(flags: SetupFlags, profileTemplate: string): SetupIntent {
  const devices = flags.device ?? [];
  if (devices.length === 0 && flags.vg === undefined) {
    throw new UsageError('name the disks with --device, or a VG whose free space to use with --vg');
  }
  if (devices.includes('')) throw new UsageError('--device is empty; it takes a disk, as lsblk lists it');
  if (flags.wipe && devices.length === 0) throw new UsageError('--wipe goes with --device: a VG is never wiped');
  if (flags.headroom && flags['data-size'] !== undefined) {
    throw new UsageError('--headroom works the data size out by itself: it does not go with --data-size');
  }
  const vg = name('--vg', flags.vg ?? DEFAULT_VG, 'vg');
  const pool = name('--pool', flags.pool, 'lv');
  const problem = poolNameProblem(vg, pool);
  if (problem !== undefined) throw new UsageError(`--vg "${vg}" and --pool "${pool}": ${problem}`);
  return {
    vg,
    pool,
    source: { kind: devices.length > 0 ? 'devices' : 'free-space' },
    ...given('data', amount(flags, 'data')),
    ...given('metadata', amount(flags, 'metadata')),
    ...given('chunkSizeBytes', chunkSize(flags['chunk-size'])),
    // LVM counts a threshold under 50 as 50: taking one would promise something else than what happens.
    ...given('autoextendThreshold', wholePercent('--autoextend-threshold', flags['autoextend-threshold'], 50)),
    ...given('autoextendPercent', wholePercent('--autoextend-percent', flags['autoextend-percent'], 1)),
    headroom: flags.headroom,
    wipe: flags.wipe,
    newPvUuids: devices.map(newPvUuid),
    profileTemplate,
  };
}

/** A property that is there only with a value. */
export const given = <Name extends string, Value>(key: Name, value: Value | undefined): { [_ in Name]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [_ in Name]: Value });

function name(flag: string, value: string, kind: 'vg' | 'lv'): string {
  const problem = nameProblem(value, kind);
  if (problem !== undefined) throw new UsageError(`${flag} "${value}": ${problem}`);
  return value;
}

function amount(flags: SetupFlags, part: 'data' | 'metadata'): Amount | undefined {
  const size = flags[`${part}-size`];
  const percent = flags[`${part}-percent`];
  if (size !== undefined && percent !== undefined) {
    throw new UsageError(`--${part}-size and --${part}-percent say the same thing twice: give one`);
  }
  if (size !== undefined) return { kind: 'size', sizeBytes: positiveSize(`--${part}-size`, size) };
  if (percent === undefined) return undefined;
  const parsed = parsePercent(percent);
  if (parsed === undefined || parsed === 0) {
    throw new UsageError(`--${part}-percent "${percent}": it takes a percentage above 0, up to 100`);
  }
  return { kind: 'percent', percent: parsed };
}

/**
 * Reads a flag that takes a size above zero.
 * @throws UsageError
 */
export function positiveSize(flag: string, text: string): Bytes {
  const size = parseSize(text);
  if (size === undefined || size === 0n) throw new UsageError(`${flag} "${text}": it takes a size like 200G or 512M`);
  if (/^\d+$/.test(text) && size < MIB)
    throw new UsageError(`${flag} "${text}": without a unit these are bytes; did you mean ${text}G?`);
  return size;
}

/** The kernel's bounds: 64 KiB to 1 GiB, a multiple of 64 KiB (thin-provisioning.rst). */
function chunkSize(text: string | undefined): Bytes | undefined {
  if (text === undefined) return undefined;
  const size = positiveSize('--chunk-size', text);
  if (size < 64n * KIB || size > GIB || size % (64n * KIB) !== 0n) {
    throw new UsageError(`--chunk-size "${text}": it takes 64K to 1G, a multiple of 64K`);
  }
  return size;
}

/**
 * Reads a flag that takes a whole percentage, from the least to 100.
 * @throws UsageError
 */
export function wholePercent(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^\d{1,3}%?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (!(percent >= least && percent <= 100)) {
    throw new UsageError(`${flag} "${text}": it takes a whole percentage from ${least} to 100`);
  }
  return percent;
}
