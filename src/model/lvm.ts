import type { Bytes, Extents } from '../units/quantity.ts';

/** The LVM tag on everything that dmtool makes or looks after. */
export const OWNER_TAG = 'dmtool';

/** The second tag of a pool that dmtool looks after and somebody else made: it is never dmtool's to remove. */
export const ADOPTED_TAG = 'dmtool_adopted';

/** The spare metadata LV of a VG, whatever number it has: after a repair LVM makes another one. */
export const findSpare = (vg: VolumeGroup): LogicalVolume | undefined =>
  vg.logicalVolumes.find(({ name }) => name.endsWith('_pmspare'));

/** What LVM will call the spare of a VG that has none: one more than any lvol has there (generate_lv_name in its lib/metadata/metadata.c). */
export function nextSpareName(vg: VolumeGroup | undefined): string {
  const numbers = (vg?.logicalVolumes ?? []).map(({ name }) => Number(/^lvol(\d+)/.exec(name)?.[1] ?? -1));
  return `lvol${Math.max(-1, ...numbers) + 1}_pmspare`;
}

export interface PhysicalVolume {
  path: string;
  uuid: string;
  /** null: a PV that no VG has taken yet. */
  vgName: string | null;
  sizeBytes: Bytes;
  extentCount: Extents;
  missing: boolean;
}

/** `plain` covers everything that is neither a thin pool nor a thin volume: linear, striped, raid, the pool's hidden parts. */
export type LogicalVolumeKind = 'plain' | 'thin-pool' | 'thin';

export interface LogicalVolume {
  /** Without the brackets that LVM puts around hidden LVs. */
  name: string;
  kind: LogicalVolumeKind;
  role: readonly string[];
  attributes: string;
  sizeBytes: Bytes;
  active: boolean;
  tags: readonly string[];
  /** Name of the attached metadata profile, null without one. */
  profile: string | null;
  /** What LVM prints of dmeventd: `monitored`, `not monitored`, or nothing for a kind that is not watched. */
  monitor: string;
  /** Only of thin pools. */
  chunkSizeBytes: Bytes | null;
  dataLv: string | null;
  metadataLv: string | null;
  metadataSizeBytes: Bytes | null;
  /** Which thin pool a thin volume lives in. */
  poolLv: string | null;
}

export interface VolumeGroup {
  name: string;
  uuid: string;
  extentSizeBytes: Bytes;
  extentCount: Extents;
  freeExtents: Extents;
  tags: readonly string[];
  /** A PV of it is gone: nothing may be planned on it. */
  partial: boolean;
  exported: boolean;
  logicalVolumes: readonly LogicalVolume[];
}

/** What lvmconfig says of the settings that dmtool depends on. */
export interface LvmSettings {
  profileDirectory: string;
  /** Empty when the operator switched the check off. */
  thinCheckExecutable: string;
  /** activation/monitoring: without it pools lose dmeventd at the next activation. */
  monitoring: boolean;
  /** A filter of the operator's decides which devices LVM sees. (pvcreate adds to a devices file by itself.) */
  filtersDevices: boolean;
}

/** An LV by name, or undefined. */
export const findLv = (vg: VolumeGroup | undefined, name: string | null): LogicalVolume | undefined =>
  vg?.logicalVolumes.find((lv) => lv.name === name);

/** Whether this VG or LV carries dmtool's tag. A pool that does may be an adopted one. */
export const isOurs = (thing: { tags: readonly string[] }): boolean => thing.tags.includes(OWNER_TAG);

/**
 * Whether dmtool looks after this pool. lvconvert moves an LV's tags to the pool's hidden data LV, so a pool is ours as
 * well when its data LV is.
 */
export function isOurPool(vg: VolumeGroup, pool: LogicalVolume): boolean {
  const data = findLv(vg, pool.dataLv);
  return isOurs(pool) || (data !== undefined && isOurs(data));
}

/** Of the tags of a pool dmtool's own, in an order of their own. */
export const ownTags = ({ tags }: LogicalVolume): string[] =>
  [OWNER_TAG, ADOPTED_TAG].filter((tag) => tags.includes(tag));

/** Whether somebody else made this pool, and dmtool only looks after it. */
export const isAdopted = (pool: LogicalVolume): boolean => pool.tags.includes(ADOPTED_TAG);

/** Whether dmtool made this pool, and may remove it again. */
export const isMadePool = (vg: VolumeGroup, pool: LogicalVolume): boolean => isOurPool(vg, pool) && !isAdopted(pool);

/** The name that device-mapper gives an LV: hyphens in either part double (dmsetup(8), libdevmapper's name mangling). */
export const dmName = (vgName: string, lvName: string): string =>
  `${vgName.replaceAll('-', '--')}-${lvName.replaceAll('-', '--')}`;
