import { OWNER_TAG } from '../model/lvm.ts';
import type { Bytes, Extents } from '../units/quantity.ts';
import { formatSizeForLvm } from '../units/size.ts';
import type { Argv } from './argv.ts';
import { lvchangeMarks } from './lvm-care.ts';

/** LVM's own default, pinned, so that extents are known before vgcreate. */
export const EXTENT_SIZE_BYTES = (4n * 1024n * 1024n) as Bytes;
/** Where a PV's first extent begins (pvs: `1st PE`), pinned by --dataalignment and --metadatasize. */
export const PV_DATA_START_BYTES = (1024n * 1024n) as Bytes;

/** pvcreate(8). The UUID is ours to choose only together with --norestorefile. No --yes: LVM's own questions answer "no". */
export const pvcreate = (device: string, uuid: string): Argv => [
  'pvcreate',
  ...['--uuid', uuid, '--norestorefile'],
  ...['--dataalignment', '1m', '--metadatasize', '1020k', '--pvmetadatacopies', '1'],
  ...['--', device],
];

/** pvremove(8). */
export const pvremove = (device: string): Argv => ['pvremove', '--', device];

/** vgcreate(8). */
export const vgcreate = (vg: string, devices: readonly string[]): Argv => [
  'vgcreate',
  ...['--physicalextentsize', formatSizeForLvm(EXTENT_SIZE_BYTES), '--addtag', OWNER_TAG],
  ...['--', vg, ...devices],
];

/** vgremove(8); refuses by itself while LVs are left. */
export const vgremove = (vg: string): Argv => ['vgremove', '--', vg];

/** vgremove(8), with every LV in it. */
export const vgremoveWhole = (vg: string): Argv => ['vgremove', '--yes', '--', vg];

/** vgchange(8): marks a VG that somebody else's program made for dmtool. */
export const vgchangeTag = (vg: string): Argv => ['vgchange', '--addtag', OWNER_TAG, '--', vg];

/**
 * lvcreate(8), inactive: what lay in its place before never shows up as a device that somebody could mount. lvconvert
 * wipes what it needs to be wiped.
 */
export const lvcreate = (vg: string, lv: string, extentCount: Extents): Argv => [
  'lvcreate',
  ...['--yes', '--activate', 'n', '--zero', 'n', '--wipesignatures', 'n', '--addtag', OWNER_TAG],
  ...['--name', lv, '--extents', String(extentCount), '--', vg],
];

/** lvremove(8), of an LV with all that belongs to it. */
export const lvremove = (vg: string, lv: string): Argv => ['lvremove', '--yes', '--', `${vg}/${lv}`];

/** lvconvert(8); the pool stays inactive until it has its profile. */
export const lvconvertToThinPool = (pool: {
  vg: string;
  data: string;
  metadata: string;
  chunkSizeBytes: Bytes;
}): Argv => [
  'lvconvert',
  ...['--yes', '--zero', 'n', '--chunksize', formatSizeForLvm(pool.chunkSizeBytes)],
  ...['--thinpool', `${pool.vg}/${pool.data}`, '--poolmetadata', `${pool.vg}/${pool.metadata}`],
];

/** The profile, and the tag that lvconvert left on the hidden data LV. */
const ownMarks = (profile: string): string[] => ['--metadataprofile', profile, '--addtag', OWNER_TAG];

/** lvchange(8): attaches the profile, and the tag. */
export const lvchangeProfile = (vg: string, pool: string, profile: string): Argv =>
  lvchangeMarks(vg, pool, { profile, addTags: [OWNER_TAG] });

/** lvchange(8): the inverse of lvchangeProfile, back to the profile that was attached before, if any. */
export const lvchangeRestoreProfile = (vg: string, pool: string, previous: string | null, keepTag: boolean): Argv =>
  lvchangeMarks(vg, pool, { profile: previous, removeTags: keepTag ? [] : [OWNER_TAG] });

/** lvchange(8): has dmeventd watch the pool, whatever lvm.conf says of new ones. */
export const lvchangeMonitor = (vg: string, pool: string): Argv => [
  'lvchange',
  ...['--monitor', 'y', '--', `${vg}/${pool}`],
];

/** lvchange(8): loads the table anew, with a low water mark that comes from the profile's threshold. */
export const lvchangeRefresh = (vg: string, pool: string): Argv => ['lvchange', '--refresh', '--', `${vg}/${pool}`];

/** lvchange(8): activates the pool and has dmeventd watch it. */
export const lvchangeActivate = (vg: string, pool: string): Argv => [
  'lvchange',
  ...['--activate', 'y', '--monitor', 'y', '--', `${vg}/${pool}`],
];

/**
 * lvchange(8), all of it at once for a pool that was never active. LVM writes the profile first, so that the first table
 * that the kernel gets has a low water mark already. (It warns of such a combination, and does it.)
 */
export const lvchangeProfileActivate = (vg: string, pool: string, profile: string): Argv => [
  'lvchange',
  ...[...ownMarks(profile), '--activate', 'y', '--monitor', 'y', '--', `${vg}/${pool}`],
];

/** lvchange(8): deactivates the pool; LVM refuses while a thin device of it is open. */
export const lvchangeDeactivate = (vg: string, pool: string): Argv => [
  'lvchange',
  ...['--activate', 'n', '--', `${vg}/${pool}`],
];

/** vgextend(8): gives PVs to a VG. */
export const vgextend = (vg: string, devices: readonly string[]): Argv => ['vgextend', '--', vg, ...devices];

/** vgreduce(8): the inverse; refuses by itself while extents of the PV are in use. */
export const vgreduce = (vg: string, device: string): Argv => ['vgreduce', '--', vg, device];

/** lvextend(8): the whole size that a pool's data are to have; LVM refuses to make them smaller. */
export const lvextendData = (vg: string, pool: string, extentCount: Extents): Argv => [
  'lvextend',
  ...['--extents', String(extentCount), '--', `${vg}/${pool}`],
];

/** lvextend(8): the whole size that a pool's metadata are to have; LVM's spare grows with them. */
export const lvextendMetadata = (vg: string, pool: string, sizeBytes: Bytes): Argv => [
  'lvextend',
  ...['--poolmetadatasize', formatSizeForLvm(sizeBytes), '--', `${vg}/${pool}`],
];

/**
 * lvmreport(7): all of LVM's state in one read, with the hidden LVs that pools are made of. A default report starts
 * dmeventd when it asks for seg_monitor; with an executable that does nothing it only looks.
 */
export const fullreport = (locks: 'wait' | 'no-wait' | 'no-lock' = 'wait'): Argv => [
  'lvm',
  'fullreport',
  ...['--all', '--reportformat', 'json', '--units', 'b', '--nosuffix'],
  ...(locks === 'no-lock' ? ['--nolocking'] : []),
  // With activation/monitoring=0 LVM leaves seg_monitor empty, even of a pool that is watched.
  ...['--config', `dmeventd/executable="/bin/false" activation/monitoring=1${locks === 'no-wait' ? NO_WAIT : ''}`],
];

/** Says at once that a lock is held, instead of waiting for it (lvm.conf(5)). */
const NO_WAIT = ' global/wait_for_locks=0';

/** lvmconfig(8): the settings in force, defaults included. */
export const lvmconfig = (): Argv => [
  'lvmconfig',
  // The whole section devices: older versions refuse to answer when a single setting is unknown to them.
  ...['--type', 'full', 'devices', 'config/profile_dir', 'global/thin_check_executable', 'activation/monitoring'],
];

/** lvmconfig(8): threshold and step of pools that have no profile; parseProfile reads it. */
export const autoextendDefaults = (): Argv => [
  'lvmconfig',
  ...['--type', 'full'],
  ...['activation/thin_pool_autoextend_threshold', 'activation/thin_pool_autoextend_percent'],
];

/** lvmdiskscan(8): the devices that LVM's filters let through. */
export const lvmdiskscan = (): Argv => ['lvmdiskscan'];
