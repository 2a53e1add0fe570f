import type { Bytes } from '../units/quantity.ts';

/** A share of the VG, or a size. */
export type Amount = { kind: 'percent'; percent: number } | { kind: 'size'; sizeBytes: Bytes };

/** Where the pool's room comes from: whole devices for a VG of their own, or the free space of a VG that exists. */
type PoolSource = { kind: 'devices' } | { kind: 'free-space' };

/** What the operator asked of `setup`. What was not asked is absent: the planner knows the defaults. */
export interface SetupIntent {
  vg: string;
  pool: string;
  source: PoolSource;
  data?: Amount;
  metadata?: Amount;
  chunkSizeBytes?: Bytes;
  autoextendThreshold?: number;
  autoextendPercent?: number;
  headroom: boolean;
  wipe: boolean;
  /** UUIDs for PVs still to be made, one for each device: chosen outside, so that planning stays pure. */
  newPvUuids: readonly string[];
  /** The text of profiles/thinpool.profile. */
  profileTemplate: string;
}

/** One of Docker's storage options, like dm.basesize. */
export interface StorageOption {
  name: string;
  value: string;
}

/** What the operator asked of Docker. */
export interface DockerIntent {
  /** Beside those that follow from the pool. */
  storageOptions: readonly StorageOption[];
  carryVolumes: boolean;
  /** Tagged images are saved before, and loaded after. */
  keepImages: boolean;
  /** Agreed: a swarm member's state is set aside with the rest. */
  setSwarmAside: boolean;
  /** How long Docker may take to come up. */
  startDeadlineMs: number;
}

/** How large a part of a pool is to become: so large, so much larger, or larger by a share of the VG's free space. */
export type SizeWish =
  | { kind: 'to'; sizeBytes: Bytes }
  | { kind: 'by'; sizeBytes: Bytes }
  | { kind: 'free-share'; percent: number };

/** What the operator asked of `resize`. */
export interface ResizeIntent {
  /** As it was typed; null: the only one there is. */
  pool: string | null;
  /** null: as large as what it stands on allows. */
  data: SizeWish | null;
  /** null: as it is. */
  metadata: SizeWish | null;
  /** UUIDs for PVs still to be made, one for each device. */
  newPvUuids: readonly string[];
  /** The text of profiles/thinpool.profile. */
  profileTemplate: string;
}

/** What the operator asked of `activate`. */
export interface ActivateIntent {
  /** As it was typed; null: all that dmtool or Docker needs. */
  pool: string | null;
}

/** What the operator asked of `repair`. */
export interface RepairIntent {
  /** As it was typed; null: the one that is ill. */
  pool: string | null;
}

/** What the operator asked of `adopt`. */
export interface AdoptIntent {
  /** As it was typed; null: the one that Docker is set to use, or the only one of LVM's. */
  pool: string | null;
  /** The text of profiles/thinpool.profile. */
  profileTemplate: string;
}

/** What a repair of all that dmtool looks after needs to know. */
export interface FixIntent {
  /** The text of profiles/thinpool.profile. */
  profileTemplate: string;
}

/** What the operator asked of a pool that Docker is to make of a disk by itself. What was not asked is absent. */
export interface ProvisionIntent {
  /** Docker takes both or neither. */
  percents?: { data: number; metadata: number };
  autoextendThreshold?: number;
  autoextendPercent?: number;
  wipe: boolean;
}

/** The files that Docker is to make its pool on. */
export interface LoopIntent {
  dataSizeBytes: Bytes;
  metadataSizeBytes: Bytes;
}

/** What to take back: what is named, or the only thing there is. */
export interface TeardownIntent {
  vg: string | null;
  pool: string | null;
  loop: boolean;
}

/** A device of a pool, by any word for it: its number, Docker's name for it, a container's name. */
export interface DeviceIntent {
  device: string;
  /** By device-mapper name; null: Docker's. */
  pool: string | null;
}

/** How to mount a device. */
export interface DeviceMountIntent extends DeviceIntent {
  /** null: what Docker made. */
  filesystem: string | null;
  /** Of a device that Docker knows nothing of any more; null: it is one that it knows. */
  sizeBytes: Bytes | null;
  writable: boolean;
}

/** The pool that Docker's own devicemapper driver is to run on. */
export type PoolTarget = Exclude<DockerTarget, { kind: 'containerd' }>;

/** The pool that Docker is to run on. */
export type DockerTarget =
  | {
      kind: 'direct-lvm';
      /** /dev/mapper/… */
      device: string;
      /** Its device-mapper name. */
      poolName: string;
      dataSizeBytes: Bytes;
      metadataSizeBytes: Bytes;
      chunkSizeBytes: Bytes;
    }
  /** Through containerd's devmapper snapshotter. */
  | { kind: 'containerd'; poolName: string; dataSizeBytes: Bytes }
  | {
      kind: 'own-setup';
      /** Its device-mapper name. */
      poolName: string;
      /** dm.directlvm_device and its kin. */
      setupOptions: readonly StorageOption[];
    }
  | ({ kind: 'loop-lvm' } & LoopIntent);
