import type { Bytes } from '../units/quantity.ts';
import type { ThinPoolTable } from './thin-pool.ts';

/** How a pool without LVM is made: nothing of it survives a reboot but what is written down. */
export interface RawPoolRecord {
  /** Its device-mapper name. */
  name: string;
  /** As the kernel had it; its devices are found anew each time. */
  table: ThinPoolTable;
  data: RawPart;
  metadata: RawPart;
}

/** What one half of a pool stands on: a file for a loop device, or a block device by a path that survives a reboot. */
export interface RawPart {
  path: string;
  /** null: the path is a block device's own. */
  loop: { offsetBytes: Bytes; sizeLimitBytes: Bytes } | null;
}

/** What is there of it now. */
export interface RawPartFacts {
  /** null: the file, or the device, is not there. */
  sizeBytes: Bytes | null;
  /** The device to use: the path itself, or the loop device that has the file already; null: none has. */
  device: string | null;
  /** It begins as the metadata of a thin pool do. */
  beginsAsMetadata: boolean;
  /** Free on the filesystem that the file lies on, or would; 0 for a block device. */
  freeBytes: Bytes;
}

/** Everything that activation asks about. */
export interface ActivationFacts {
  /** Of each record, and of each pool that is still to be made. */
  parts: readonly { name: string; data: RawPartFacts; metadata: RawPartFacts }[];
  /** Loop devices that nobody uses, as many as the records could need. */
  freeLoops: readonly string[];
  /** The last lines that Docker's daemon said; empty when they are not to be had. */
  dockerLog: readonly string[];
  /** The same of containerd. */
  containerdLog: readonly string[];
}

/** Docker makes its own pools on files anew when it starts (devmapper's name: docker-MAJOR:MINOR-INODE-pool). */
export const isMadeByDocker = (poolName: string): boolean => /^docker-\d+:\d+-\d+-pool$/.test(poolName);

/** The pool that containerd gets on files: one on a host. */
export const FILES_POOL = 'containerd-files';
