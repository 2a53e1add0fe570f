import type { Bytes } from '../units/quantity.ts';

/** What Docker wrote down of one thin device (daemon/graphdriver/devmapper, devInfo). */
export interface DeviceRecord {
  /** A hash, `HASH-init`, or `base`. */
  name: string;
  id: number;
  sizeBytes: Bytes;
  /** The pool's transaction that made it. */
  transactionId: number;
  /** Docker has asked for its removal, and does that later. */
  deleted: boolean;
}

/** A container, and the devices that its root filesystem is on. */
export interface ContainerDevices {
  /** Docker's id. */
  id: string;
  /** null: Docker's file about it is not there, or can't be read. */
  name: string | null;
  image: string | null;
  /** What Docker wrote last: after a crash it may not be so any more. */
  running: boolean;
  device: string;
  initDevice: string | null;
}

/** A layer of an image, and the device that it is on. */
export interface LayerDevice {
  chainId: string;
  diffId: string;
  /** A chain id; null: the first layer of an image. */
  parent: string | null;
  device: string;
}

/** An image: the names people gave it, and its layers, the first one first. */
export interface ImageLayers {
  id: string;
  tags: readonly string[];
  diffIds: readonly string[];
}

/** What lies in a data root about the devices of Docker's pool: readable whether or not the daemon starts. */
export interface DockerDevices {
  /** Links followed. */
  root: string;
  /** What Docker calls a pool that it makes on files for this data root. */
  loopPoolName: string | null;
  /** xfs or ext4: of every device alike, because all are snapshots of one; null: not written down. */
  filesystem: string | null;
  records: readonly DeviceRecord[];
  containers: readonly ContainerDevices[];
  layers: readonly LayerDevice[];
  images: readonly ImageLayers[];
  /** Files that can't be read, in words. */
  problems: readonly string[];
}
