import type { Bytes } from '../units/quantity.ts';
import type { Owner } from './docker.ts';
import type { RepairOwnership } from './repair.ts';

/**
 * What a run owns: facts, not a place in a list of steps. Written down before its first change, and kept for teardown
 * once Docker runs on what it made.
 */
export interface OwnershipRecord {
  /** `VG/POOL`, LOOP_RECORD, or FILES_POOL. */
  name: string;
  /** null: Docker makes the pool itself, on files. */
  pool: PoolOwnership | null;
  /** null: no engine was touched. */
  docker: DockerOwnership | null;
  /** Absent: containerd was not touched. */
  containerd?: ContainerdOwnership;
  /** A pool on files; absent: none is made. */
  files?: FilesOwnership;
  /** Devices that a run gives to a VG that exists. */
  adds?: readonly OwnedDevice[];
  /** How it was before a repair. */
  repairs?: RepairOwnership;
}

/** The name of the one record of a host that has no pool: loop-lvm. */
export const LOOP_RECORD = 'loop-lvm';

/** The name of the record of a pool. */
export const recordName = (vg: string, pool: string): string => `${vg}/${pool}`;

/** What a run is called that has not ended; the records of setup and of teardown bear the pool's name alone. */
export const runName = ({ name, pool, docker, files }: OwnershipRecord): string =>
  pool || docker || files ? `setup or teardown of ${name}` : name;

export interface PoolOwnership {
  vg: string;
  pool: string;
  /** Whether the VG itself is made by the run, or was there before. */
  makesVg: boolean;
  devices: readonly OwnedDevice[];
  profilePath: string;
  /** Docker makes the pool by itself, for the run: without dmtool's tag, and on a PV whose UUID nobody chose. */
  provisionedBy?: 'docker';
}

/** A pool that dmtool made on files, and where they lie. */
export interface FilesOwnership {
  /** Its device-mapper name. */
  poolName: string;
  data: string;
  metadata: string;
}

export interface OwnedDevice {
  path: string;
  /** Kernel paths change at a reboot: together with the size they are told apart. */
  sizeBytes: Bytes;
  /** Chosen before pvcreate, so that the PV can be recognised after a kill; empty where Docker runs pvcreate. */
  pvUuid: string;
}

/** How Docker was before the run. */
export interface DockerOwnership {
  /** The services that ran. */
  services: readonly string[];
  /** Names of the containers that ran before Docker came to the pool. */
  containers: readonly string[];
  /** Names of the containers that ran when the run began, and that it leaves where Docker sees them: they are to run in the end. */
  restart: readonly string[];
  config: OwnedConfig;
  dataRoot: OwnedDataRoot;
  /** Where images go from the old store to the new one; absent: nobody asked for that. */
  images?: OwnedImages;
}

/** A directory of dmtool's own. */
interface OwnedImages {
  directory: string;
  /** How many there were when the run began. */
  count: number;
}

/** A file of an engine's settings, before and after. */
export interface OwnedConfig {
  path: string;
  /** null: there was none. */
  before: string | null;
  written: string;
  /** Where the old one is kept; null: there was none. */
  backup: string | null;
  mode: number;
  owner: Owner;
}

/** How containerd was before the run. */
export interface ContainerdOwnership {
  ran: boolean;
  config: OwnedConfig;
  /** The snapshotter's directory, and whether it is the run's. */
  root: { path: string; isOurs: boolean };
}

interface OwnedDataRoot {
  path: string;
  isMountPoint: boolean;
  /** Where its contents were moved; null: there were none. */
  backup: string | null;
  /** The named volumes were taken over into the new one. */
  carriesVolumes: boolean;
}
