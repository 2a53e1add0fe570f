import { statfsSync, statSync } from 'node:fs';
import type { FileRoom, Place } from '../model/pool-survey.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { bytes } from '../units/quantity.ts';
import { readIfThere } from './files.ts';
import { blockDeviceNumber, devicePath, holderFolders, optionalAttribute, sysfsFolder } from './sysfs.ts';

/** st_blocks counts these (stat(2)). */
const STAT_BLOCK_BYTES = 512n;
/** So many names tell whose a pool is. */
const RIDERS = 8;

/** What the devices are that pools stand on. */
export function placesOf(pools: readonly KernelThinPool[]): Map<string, Place> {
  const numbers = pools.flatMap(({ table }) => (table ? [table.dataDevice, table.metadataDevice] : []));
  return new Map(numbers.map((number) => [number, placeOf(number)]));
}

function placeOf(number: string): Place {
  try {
    const folder = sysfsFolder(number);
    const path = optionalAttribute(folder, 'loop/backing_file');
    return { path: path ?? devicePath(folder), file: path === null ? null : fileRoom(path) };
  } catch {
    // Gone since the table was read.
    return { path: number, file: null };
  }
}

/** null: it was removed, or lies where it can't be seen from here. */
function fileRoom(path: string): FileRoom | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { bsize, bavail, blocks } = statfsSync(path, { bigint: true });
  return {
    path,
    sizeBytes: bytes(stats.size),
    allocatedBytes: bytes(stats.blocks * STAT_BLOCK_BYTES),
    freeBytes: bytes(bsize * bavail),
    totalBytes: bytes(bsize * blocks),
  };
}

/** What LVM gives the UUIDs of its devices (libdm's UUID prefix). */
const LVM_UUID = 'LVM-';

/** The pools' own numbers, the names of some devices on them, and which of them LVM made. */
export function seatsOf(pools: readonly KernelThinPool[]): {
  numbers: Map<string, string>;
  riders: Map<string, string[]>;
  lvmPools: Set<string>;
} {
  const found = pools.flatMap(({ name }) => {
    const number = blockDeviceNumber(`/dev/mapper/${name}`);
    return number == null ? [] : [[name, number] as const];
  });
  return {
    numbers: new Map(found),
    riders: new Map(found.map(([name, number]) => [name, riderNames(number)])),
    lvmPools: new Set(found.filter(([, number]) => uuidOf(number)?.startsWith(LVM_UUID)).map(([name]) => name)),
  };
}

const uuidOf = (number: string): string | null => optionalAttribute(`/sys/dev/block/${number}`, 'dm/uuid');

function riderNames(number: string): string[] {
  try {
    return holderFolders(sysfsFolder(number), RIDERS).flatMap((folder) => optionalAttribute(folder, 'dm/name') ?? []);
  } catch {
    return [];
  }
}

/** How long a pool without space lets its writers wait; null: for good, or not known. */
export function noSpaceTimeoutSeconds(): number | null {
  const text = readIfThere('/sys/module/dm_thin_pool/parameters/no_space_timeout')?.trim();
  return text === undefined || Number(text) === 0 ? null : Number(text);
}

/** Since the kernel began (proc(5)). */
export const uptimeSeconds = (): number => Number.parseFloat(readIfThere('/proc/uptime') ?? '0');
