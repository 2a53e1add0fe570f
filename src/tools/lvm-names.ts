import { dmName, nextSpareName } from '../model/lvm.ts';
import { bootUnit } from './boot-unit.ts';

const RESERVED_PARTS =
  /_(?:cdata|cmeta|corig|cpool|cvol|imeta|iorig|mimage|mlog|pmspare|rimage|rmeta|tdata|tmeta|vdata|vorigin|wcorig)/;

/**
 * LVM's own rules for VG and LV names (lvm(8), VALID NAMES).
 * @returns what is wrong with the name, or undefined
 */
export function nameProblem(name: string, kind: 'vg' | 'lv'): string | undefined {
  if (!/^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/.test(name)) {
    return 'LVM allows letters, digits and + _ . - there, and no hyphen in front';
  }
  if (name === '.' || name === '..') return 'LVM does not allow that name';
  if (name.length > 127) return 'LVM allows 127 characters';
  if (kind === 'lv' && (/^(?:snapshot|pvmove)/.test(name) || RESERVED_PARTS.test(name))) {
    return 'LVM keeps that name for itself';
  }
  return undefined;
}

/** What the LV is called that becomes a pool's metadata. */
export const metadataLvName = (pool: string): string => `${pool}meta`;

/** The kernel's names of devices, without the zero at their end (DM_NAME_LEN in linux/dm-ioctl.h). */
const LONGEST_DEVICE_NAME = 127;
/** Names of files, and what they are called while they are written. */
const LONGEST_FILE_NAME = 255 - '.dmtool-new'.length;

/**
 * What would keep a new pool from being made under its name, although the name alone is sound: names that come of it.
 * @returns the reason, or undefined
 */
export function poolNameProblem(vg: string, pool: string): string | undefined {
  const metadata = nameProblem(metadataLvName(pool), 'lv');
  if (metadata !== undefined) return `the LV for its metadata would be ${metadataLvName(pool)}: ${metadata}`;
  const devices = [dmName(vg, `${pool}_tmeta`), dmName(vg, nextSpareName(undefined))];
  const device = devices.find((name) => name.length > LONGEST_DEVICE_NAME);
  if (device !== undefined) {
    return `too long together: the kernel would have a device ${device}, and allows ${LONGEST_DEVICE_NAME} characters`;
  }
  const unit = bootUnit(vg, pool, []).name;
  return unit.length > LONGEST_FILE_NAME
    ? `too long together: a unit would be called ${unit}, where each + takes four characters`
    : undefined;
}
