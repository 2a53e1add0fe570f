import type { Bytes, Sectors } from '../units/quantity.ts';
import type { DockerDevices } from './docker-devices.ts';

/** A thin device that the kernel runs. */
export interface ActiveThin {
  /** By device-mapper name, like the pool. */
  name: string;
  poolName: string;
  /** The pool's own number for it, 24 bits. */
  id: number;
  lengthSectors: Sectors;
  /** null: the kernel can't say, because the device has failed. */
  mappedSectors: Sectors | null;
  mounts: readonly ThinMount[];
  /** What dmtool made; null: somebody else's. */
  own: { readOnly: boolean } | null;
  /** What was never written into it is read from another device, its external origin. */
  hasOrigin?: true;
  /** As somebody named it by hand, beside its name. */
  uuid?: string;
  readOnly?: true;
}

/** Where a thin device is mounted. */
export interface ThinMount {
  mountPoint: string;
  /** Its kind, like xfs. */
  filesystem: string;
  /** In whose view; null: in that of the whole host. */
  pid: number | null;
}

/** The directory that a device is to be mounted on. */
export interface DirectoryFacts {
  /** Links followed. */
  path: string;
  kind: 'absent' | 'not-a-directory' | 'empty' | 'not-empty';
}

/** All that is known of the devices of Docker's pool. */
export interface PoolDeviceFacts {
  docker: DockerDevices;
  /** On every pool of the host. */
  active: readonly ActiveThin[];
  /** null: none was asked about. */
  directory: DirectoryFacts | null;
}

/** Whose a device is. */
export type DeviceOwner =
  /** All others are snapshots of it. */
  | { kind: 'base' }
  | { kind: 'container' | 'container-init'; id: string; name: string | null; image: string | null; running: boolean }
  /** Of these images; of none any more when there is no tag. */
  | { kind: 'layer'; chainId: string; tags: readonly string[] }
  | { kind: 'unknown' };

/** One device of a pool, with all that is known of it. */
export interface PoolDevice {
  id: number;
  /** Docker's; null: it has not written down anything about it. */
  name: string | null;
  /** null: the pool has it, and nobody says how large it is. */
  sizeBytes: Bytes | null;
  /** null: not known; the kernel tells it of active devices only. */
  mappedBytes: Bytes | null;
  transactionId: number | null;
  deleted: boolean;
  active: readonly ActiveThin[];
  owner: DeviceOwner;
}

/** Where a device is mounted, in words. */
export const mountPlaces = ({ active }: { active: readonly Pick<ActiveThin, 'mounts'>[] }): string[] =>
  active.flatMap(({ mounts }) =>
    mounts.map(({ mountPoint, pid }) => (pid === null ? mountPoint : `${mountPoint} in the view of process ${pid}`)),
  );
