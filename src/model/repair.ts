import type { Sectors } from '../units/quantity.ts';

/** Where repairs keep what they do not want to lose: a directory each, which only root may look into. */
export const REPAIRS_DIRECTORY = '/var/lib/dmtool/repair';

/** What lies in such a directory. */
export const REPAIR_FILES = {
  /** The metadata as they were, compressed. */
  copy: 'metadata.gz',
  /** Its checksum, as sha256sum(1) checks it. */
  checksum: 'metadata.gz.sha256',
  /** What was found of the metadata, a fact in each line. */
  check: 'check',
  /** What thin_check said. */
  checkLog: 'thin_check.log',
  /** Where thin_repair wrote the new metadata. */
  mended: 'mended',
  /** thin_check found nothing in the new metadata; what it said. */
  mendedCheck: 'mended.thin_check.log',
  /** What was found of the filesystems, one in each line. */
  filesystems: 'filesystems',
} as const;

/** What thin_check(8) and the first block say of metadata that nobody uses. */
export interface MetadataCheck {
  isSound: boolean;
  /** So little is free that the kernel stops, or soon will. */
  isFull: boolean;
}

/** What a check without a change found of one filesystem. */
export interface FilesystemCheck {
  /**
   * `unclear`: its journal is still to be replayed, and may mend what was found. `none`: there is no filesystem. `lost`:
   * the pool's metadata do not have the device.
   */
  verdict: 'sound' | 'damaged' | 'unclear' | 'unchecked' | 'none' | 'lost';
  /** Which one, in words. */
  name: string;
  /** In a few words of the program's own, or why there are none. */
  detail: string;
}

/** What a repair has left in its directory. */
export interface RepairRun {
  directory: string;
  /** The whole copy lies there, with its checksum. */
  isCopied: boolean;
  /** null: not checked yet. */
  check: MetadataCheck | null;
  /** null: nothing was written anew. */
  mendedPath: string | null;
  /** Loop devices that have that very file, from its beginning. */
  mendedOn: readonly string[];
  /** thin_check found nothing in what was written anew. */
  isMendedSound: boolean;
  /** null: not checked yet. */
  filesystems: readonly FilesystemCheck[] | null;
}

/** Everything that a repair asks about. */
export interface RepairFacts {
  runs: readonly RepairRun[];
  /** Mapped devices that are mounted, by name, and where, in words. */
  mounts: readonly { device: string; mountPoint: string }[];
  /** Loop devices that are attached, each with the path of its file. */
  loops: readonly { device: string; file: string }[];
  /** Hidden metadata LVs that can be read now, and begin as a thin pool's metadata do. */
  beginnings: readonly string[];
}

/** How it was before a repair: it is to be so again. */
export interface RepairOwnership {
  directory: string;
  /** Names of Docker's services that ran. */
  services: readonly string[];
  /** Names of the containers to be started again. */
  restart: readonly string[];
  containerdRan: boolean;
  /** LVM's thin volumes that were active. */
  volumes: readonly string[];
  /** Thin devices that nobody knows how to make but who reads their tables. */
  devices: readonly RepairedThin[];
}

/** A thin device by its table. */
export interface RepairedThin {
  name: string;
  id: number;
  lengthSectors: Sectors;
  /** Absent: it has none. */
  uuid?: string;
  readOnly?: true;
}

/** The kernel's own reserve: a tenth, and 4096 blocks at most (__set_metadata_reserve, drivers/md/dm-thin-metadata.c). */
const MOST_RESERVED_BLOCKS = 4096n;

/** The blocks that are taken as a pool's status counts them: what is kept in reserve is taken, too. */
export function takenBlocks(usedBlocks: bigint, totalBlocks: bigint): bigint {
  const tenth = totalBlocks / 10n;
  const taken = usedBlocks + (tenth < MOST_RESERVED_BLOCKS ? tenth : MOST_RESERVED_BLOCKS);
  return taken < totalBlocks ? taken : totalBlocks;
}

/** Whether there is too little room to go on: nine tenths, as a pool's status counts. The kernel stops at the last block. */
export const isShortOfMetadata = (takenOnes: bigint, totalBlocks: bigint): boolean =>
  takenOnes * 10n >= totalBlocks * 9n;

/** A number that no repair of that pool has had: `docker-thinpool-2`. */
export function nextDirectory({ runs }: RepairFacts, poolName: string): string {
  const taken = new Set(runs.map(({ directory }) => directory));
  const named = (number: number): string => `${REPAIRS_DIRECTORY}/${poolName}-${number}`;
  let number = 1;
  while (taken.has(named(number))) number += 1;
  return named(number);
}

/** What one repair has left; undefined: nothing yet. */
export const runIn = ({ runs }: RepairFacts, directory: string): RepairRun | undefined =>
  runs.find((run) => run.directory === directory);
