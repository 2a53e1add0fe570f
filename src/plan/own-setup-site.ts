import { OWN_POOL, OWN_PROFILE, OWN_PROFILE_DIRECTORY, OWN_VG } from '../engines/docker/own-setup.ts';
import type { DeviceFacts } from '../model/device.ts';
import type { DockerFacts, OwnSetup } from '../model/docker.ts';
import { findVg, type Host } from '../model/host.ts';
import { findLv, isMadePool, isOurs, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import { type PoolOwnership, recordName } from '../model/ownership.ts';
import { holds } from './condition.ts';

/** The name of the record of a pool that Docker makes by itself. */
export const OWN_RECORD = recordName(OWN_VG, OWN_POOL);

export const OWN_PROFILE_PATH = `${OWN_PROFILE_DIRECTORY}/${OWN_PROFILE}.profile`;

/** A pool that Docker has made, to the end. */
export interface MadePool {
  vg: VolumeGroup;
  pool: LogicalVolume;
  setup: OwnSetup;
}

/** What there is of Docker's own set-up on the device that is asked for. */
export interface OwnSetupSite {
  device: DeviceFacts;
  docker: DockerFacts;
  /** What Docker calls its VG and its pool, whoever made them. */
  vg: VolumeGroup | undefined;
  pool: LogicalVolume | undefined;
  /** What an earlier run for a pool of that name wrote down, when it was cut off. */
  record: PoolOwnership | undefined;
  /** Docker made it on that device for a run of dmtool's; null: not to the end. */
  made: MadePool | null;
  /** What lies on the device a run of dmtool's had Docker put there. */
  isOurs: boolean;
}

/** Finds it. */
export function surveyOwnSetup(host: Host, docker: DockerFacts, device: DeviceFacts): OwnSetupSite {
  const vg = findVg(host, OWN_VG);
  const named = findLv(vg, OWN_POOL);
  const pool = named?.kind === 'thin-pool' ? named : undefined;
  const written = host.ownership.find(({ name }) => name === OWN_RECORD)?.pool ?? undefined;
  const isBegun = written !== undefined && isOfRun(written, device);
  const made = madePool(host, docker, device, { vg, pool, isBegun });
  const isOurs = made !== null || (isBegun && isLeft(host, device));
  return { device, docker, vg, pool, record: written, made, isOurs };
}

/** Kernel paths change at a reboot: together with the size they are told apart. */
const isOfRun = ({ provisionedBy, devices }: PoolOwnership, device: DeviceFacts): boolean =>
  provisionedBy === 'docker' &&
  device.kind === 'block' &&
  devices.some(({ path, sizeBytes }) => path === device.path && sizeBytes === device.sizeBytes);

interface Found {
  vg: VolumeGroup | undefined;
  pool: LogicalVolume | undefined;
  isBegun: boolean;
}

function madePool(
  host: Host,
  { dataRoot }: DockerFacts,
  { path }: DeviceFacts,
  { vg, pool, isBegun }: Found,
): MadePool | null {
  if (!vg || !pool || dataRoot.ownSetup === null) return null;
  const isOn = host.physicalVolumes.some((pv) => pv.path === path && pv.vgName === vg.name);
  const isKnown = isBegun || (isOurs(vg) && isMadePool(vg, pool));
  return isOn && isKnown ? { vg, pool, setup: dataRoot.ownSetup } : null;
}

/** Docker's VG, its PV alone, or what is left of one. */
function isLeft(host: Host, device: DeviceFacts): boolean {
  const { path } = device;
  if (host.physicalVolumes.some((pv) => pv.path === path)) {
    return (
      holds({ is: 'dockers-volume-group', device: path }, host) ||
      holds({ is: 'free-physical-volume', device: path }, host)
    );
  }
  return holds({ is: 'stale-lvm-metadata', device: path }, host);
}
