import type { Bytes } from '../units/quantity.ts';
import type { PhysicalVolume, VolumeGroup } from './lvm.ts';
import type { KernelThinPool } from './thin-pool.ts';

/**
 * Why LVM's word is not the whole: somebody holds its lock, and it was read without; it did not answer in time; it is not
 * installed; a program of its failed, or said something that can't be read.
 */
export type LvmDoubt =
  | { kind: 'without-lock' }
  | { kind: 'no-answer'; seconds: number; words: string }
  | { kind: 'absent' }
  | { kind: 'failed'; program: string; exitCode: number; words: string }
  | { kind: 'unreadable'; program: string; words: string };

/** Whoever asks LVM more would hear as little. */
export const isLvmSilent = (doubt: LvmDoubt | null): boolean =>
  doubt !== null && doubt.kind !== 'without-lock' && doubt.kind !== 'absent';

/** dmeventd, as far as LVM asked it; `silent`: it runs, and does not answer. */
export type DmeventdState = 'runs' | 'silent' | 'absent';

/** What is seen of a host for a word about its pools. */
export interface PoolSurvey {
  volumeGroups: readonly VolumeGroup[];
  thinPools: readonly KernelThinPool[];
  physicalVolumes: readonly PhysicalVolume[];
  /** The texts of profiles by their names, as far as they are there. */
  profiles: ReadonlyMap<string, string>;
  /** What lvm.conf has for pools without a profile, as lvmconfig prints it; null: nobody needs to know. */
  lvmDefaults: string | null;
  dmeventd: DmeventdState;
  /** What device numbers of pools stand for. */
  places: ReadonlyMap<string, Place>;
  /** Names of some devices on each pool, by the pool's own name: they tell whose it is. */
  riders: ReadonlyMap<string, readonly string[]>;
  docker: DockerWord | null;
  /** The pool that containerd's snapshotter is set to use; null: none. */
  containerdPool: string | null;
  /** What the kernel's log says of pools that are not well, oldest first, by device number. */
  kernelLog: readonly KernelWord[];
  /** Why not all of that log was read; null: it was, or nobody had to. */
  kernelLogProblem: string | null;
  /** The numbers of the pools themselves, by name. */
  numbers: ReadonlyMap<string, string>;
  /** Since the kernel began. */
  uptimeSeconds: number;
  /** How long writes wait for space (dm_thin_pool's parameter); null: for good, or not known. */
  noSpaceTimeoutSeconds: number | null;
  /** The names of those pools of the kernel's that are LVM's, by their devices' UUIDs. */
  lvmPools: ReadonlySet<string>;
  /** What LVM could not tell; null: it told all. */
  lvmDoubt: LvmDoubt | null;
}

/** A device in words, and the file behind it when it is a loop device. */
export interface Place {
  path: string;
  file: FileRoom | null;
}

/** A file that is written to as its pool fills, and the filesystem that it has its room from. */
export interface FileRoom {
  path: string;
  sizeBytes: Bytes;
  /** What it takes of the filesystem already. */
  allocatedBytes: Bytes;
  /** Of the filesystem. */
  freeBytes: Bytes;
  totalBytes: Bytes;
}

/** What Docker's settings say of its pool. */
export interface DockerWord {
  /** By device-mapper name; null: none. */
  poolName: string | null;
  /** At less it starts no container (dm.min_free_space). */
  minimumFreePercent: number;
}

/** A line of the kernel's log about a device. */
export interface KernelWord {
  number: string;
  atSeconds: number;
  text: string;
}

/** The kernel's log, as far as it was read. */
export interface KernelLog {
  words: KernelWord[];
  /** Why it was not read to its end; null: it was. */
  problem: string | null;
}
