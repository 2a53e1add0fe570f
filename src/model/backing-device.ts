import type { Bytes } from '../units/quantity.ts';

/** A device that a pool stands on directly, by a table that LVM did not make. */
export interface BackingDevice {
  /** `major:minor`, as the pool's table names it. */
  number: string;
  path: string;
  /** One that leads to it after a reboot, too, where udev knows one. */
  stablePath: string;
  sizeBytes: Bytes;
  /** null: not a loop device. */
  file: LoopFile | null;
}

/** The file behind a loop device (losetup(8)). */
export interface LoopFile {
  path: string;
  /** Its length, holes and all. */
  sizeBytes: Bytes;
  /** What is really stored of it. */
  allocatedBytes: Bytes;
  /** Free space of the filesystem that it lies on. */
  freeBytes: Bytes;
  offsetBytes: Bytes;
  /** 0: as far as the file goes. */
  sizeLimitBytes: Bytes;
  /** The path leads to the very file that the device has open: it was not deleted, moved or replaced. */
  isThere: boolean;
}
