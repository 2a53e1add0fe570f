import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import type { BackingDevice, LoopFile } from '../model/backing-device.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { type LoopDevice, losetupList, parseLosetup } from '../tools/losetup.ts';
import { bytes } from '../units/quantity.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import {
  blockDeviceNumber,
  type DeviceNumber,
  deviceNumber,
  devicePath,
  deviceSize,
  optionalAttribute,
  sysfsFolder,
} from './sysfs.ts';

/** The devices that pools stand on, each once. */
export async function probeBackingDevices(
  pools: readonly KernelThinPool[],
  launcher: Launcher,
): Promise<BackingDevice[]> {
  const numbers = new Set(pools.flatMap(({ table }) => (table ? [table.dataDevice, table.metadataDevice] : [])));
  const folders = [...numbers].map((number) => ({ number, folder: sysfsFolder(number) }));
  const hasLoops = folders.some(({ folder }) => isLoop(folder));
  const loops = hasLoops ? parseLosetup(await read(losetupList(), launcher)) : [];
  return folders.map(({ number, folder }) => backingDevice(number, folder, loops));
}

const isLoop = (folder: string): boolean => optionalAttribute(folder, 'loop/backing_file') !== null;

function backingDevice(number: DeviceNumber, folder: string, loops: readonly LoopDevice[]): BackingDevice {
  const path = devicePath(folder);
  const loop = loops.find((each) => each.path === path);
  const file = loop ? loopFile(loop) : null;
  return { number, path, stablePath: stablePath(number, path), sizeBytes: deviceSize(folder), file };
}

const BY_ID = '/dev/disk/by-id';

/** A mapped device's name is its own; of the other links to a device the first one in order will do. */
function stablePath(number: DeviceNumber, path: string): string {
  if (path.startsWith('/dev/mapper/') || !existsSync(BY_ID)) return path;
  const links = readdirSync(BY_ID).sort();
  const link = links.find((name) => blockDeviceNumber(`${BY_ID}/${name}`) === number);
  return link === undefined ? path : `${BY_ID}/${link}`;
}

function loopFile({ file, fileInode, fileSystem, offsetBytes, sizeLimitBytes }: LoopDevice): LoopFile {
  const rest = { path: file, offsetBytes, sizeLimitBytes };
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats?.ino !== fileInode || deviceNumber(Number(stats.dev)) !== fileSystem) {
    return { ...rest, sizeBytes: bytes(0), allocatedBytes: bytes(0), freeBytes: bytes(0), isThere: false };
  }
  const { bavail, bsize } = statfsSync(file, { bigint: true });
  return {
    ...rest,
    sizeBytes: bytes(stats.size),
    // Always counted in 512 bytes (stat(2)).
    allocatedBytes: bytes(stats.blocks * 512n),
    freeBytes: bytes(bavail * bsize),
    isThere: true,
  };
}
