import type { BlockDevice, DeviceFacts } from '../model/device.ts';
import { findVg, type Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import {
  findLv,
  isAdopted,
  isOurPool,
  isOurs,
  type LogicalVolume,
  type PhysicalVolume,
  type VolumeGroup,
} from '../model/lvm.ts';
import { type OwnedDevice, type PoolOwnership, recordName } from '../model/ownership.ts';
import { metadataLvName } from '../tools/lvm-names.ts';
import { profileName } from '../tools/profile.ts';

/** What of the wanted pool is there already, and what stands in its place. */
export interface Site {
  vg: VolumeGroup | undefined;
  /** The finished or half-made pool of that name. */
  pool: LogicalVolume | undefined;
  /** The LV that becomes the pool's data, and the one that becomes its metadata: an earlier run was cut off here. */
  dataLv: LogicalVolume | undefined;
  metadataLv: LogicalVolume | undefined;
  metadataName: string;
  profile: string;
  profilePath: string;
  /** What an earlier run for the same pool wrote into the journal, when it was cut off. */
  record: PoolOwnership | undefined;
}

/** Finds what the intent names on the host. */
export function surveySite(host: Host, intent: SetupIntent): Site {
  const vg = findVg(host, intent.vg);
  const named = findLv(vg, intent.pool);
  // A pool that was adopted keeps the profile that it came with.
  const kept = named !== undefined && isAdopted(named) ? named.profile : null;
  const profile = kept ?? profileName(intent.vg, intent.pool);
  const metadataName = metadataLvName(intent.pool);
  return {
    vg,
    pool: named?.kind === 'thin-pool' ? named : undefined,
    dataLv: named?.kind === 'thin-pool' ? undefined : named,
    metadataLv: findLv(vg, metadataName),
    metadataName,
    profile,
    profilePath: `${host.lvm.profileDirectory}/${profile}.profile`,
    record: host.ownership.find(({ name }) => name === recordName(intent.vg, intent.pool))?.pool ?? undefined,
  };
}

/** Whether dmtool may go on working with what stands there under the pool's name. */
export const isOurSite = (site: Site): boolean =>
  site.vg !== undefined && site.pool !== undefined
    ? isOurPool(site.vg, site.pool)
    : [site.dataLv, site.metadataLv].every((lv) => lv === undefined || isOurs(lv));

/** The PV on a device or on one of its partitions. */
export const pvOn = (host: Host, device: DeviceFacts): PhysicalVolume | undefined =>
  host.physicalVolumes.find(
    (pv) => pv.path === device.path || (device.kind === 'block' && device.partitions.includes(pv.path)),
  );

/** What the journal says of a device, as long as it can still be the same one: the same size under the same path. */
export const ownedDevice = (site: Site, device: BlockDevice): OwnedDevice | undefined =>
  site.record?.devices.find((owned) => owned.path === device.path && owned.sizeBytes === device.sizeBytes);

/**
 * Whether a device is already the pool's: a PV of its VG, a PV whose UUID an earlier run chose, or a device that holds
 * nothing but the beginnings of such a PV (a cut between pvcreate's writes).
 */
export function isOurDevice(host: Host, site: Site, device: DeviceFacts): boolean {
  if (device.kind !== 'block') return false;
  const pv = pvOn(host, device);
  if (pv?.vgName != null) return pv.vgName === site.vg?.name && pv.path === device.path && isOurs(site.vg);
  const owned = ownedDevice(site, device);
  if (owned === undefined) return false;
  return pv
    ? pv.path === device.path && pv.uuid === owned.pvUuid
    : device.edges === 'stale-lvm-metadata' && device.signatures.length === 0;
}
