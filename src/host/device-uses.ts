import { readdirSync, readFileSync } from 'node:fs';
import type { DeviceUse } from '../model/device.ts';
import { parseMountinfo } from '../tools/mountinfo.ts';
import { isOpenForWriting, parseSwaps } from '../tools/proc-files.ts';
import { readIfThere } from './files.ts';
import {
  blockDeviceNumber,
  type DeviceNumber,
  devicePath,
  folderNumber,
  holderFolders,
  linkTarget,
  optionalAttribute,
  partitionFolders,
} from './sysfs.ts';

/**
 * Everything that uses a device, its partitions, or what is mapped on them, all the way up.
 * @param busy somebody holds the device exclusively
 */
export function usesOf(folder: string, busy: boolean): DeviceUse[] {
  const uses: DeviceUse[] = [];
  const mounts = mountsByDevice();
  const swaps = swapDevices();
  const visit = (each: string): void => {
    const number = folderNumber(each);
    const device = devicePath(each);
    for (const mountPoint of mounts.get(number) ?? []) uses.push({ kind: 'mount', device, mountPoint });
    if (swaps.has(number)) uses.push({ kind: 'swap', device });
    for (const holder of holderFolders(each)) {
      uses.push({ kind: 'holder', device, holder: devicePath(holder), holderKind: holderKind(holder) });
      visit(holder);
    }
    for (const partition of partitionFolders(each)) visit(partition);
  };
  visit(folder);
  uses.push(...processUses(folder, writes));
  // The kernel forgets O_EXCL as soon as a file is open (fs/open.c): it is one of those that have the device open at all.
  return busy && uses.length === 0 ? processUses(folder, () => true) : uses;
}

function holderKind(folder: string): 'md' | 'multipath' | 'dm' | 'other' {
  const uuid = optionalAttribute(folder, 'dm/uuid');
  if (uuid !== null) return uuid.startsWith('mpath-') ? 'multipath' : 'dm';
  return optionalAttribute(folder, 'md/level') === null ? 'other' : 'md';
}

/**
 * Mount points by device number (proc(5), mountinfo). btrfs shows a number of its own there, so the source counts too.
 */
function mountsByDevice(): Map<DeviceNumber, string[]> {
  const mounts = new Map<DeviceNumber, string[]>();
  for (const { deviceNumber, mountPoint, source } of parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'))) {
    const sourceNumber = source.startsWith('/dev/') ? blockDeviceNumber(source) : undefined;
    for (const each of new Set([deviceNumber, sourceNumber ?? deviceNumber])) {
      mounts.set(each, [...(mounts.get(each) ?? []), mountPoint]);
    }
  }
  return mounts;
}

function swapDevices(): Set<DeviceNumber> {
  const numbers = parseSwaps(readIfThere('/proc/swaps') ?? '').map(blockDeviceNumber);
  return new Set(numbers.filter((number) => number != null));
}

/** Programs that have the device itself, or a partition of it, open in such a way. */
function processUses(folder: string, counts: (pid: string, fd: string) => boolean): DeviceUse[] {
  const paths = [folder, ...partitionFolders(folder)].map(devicePath);
  const numbers = new Map(paths.map((path) => [blockDeviceNumber(path), path]));
  const uses: DeviceUse[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    for (const fd of openDescriptors(pid)) {
      if (!linkTarget(`/proc/${pid}/fd/${fd}`)?.startsWith('/dev/')) continue;
      const device = numbers.get(numberOfDescriptor(pid, fd));
      if (device === undefined || !counts(pid, fd)) continue;
      const command = readQuietly(`/proc/${pid}/comm`).trim();
      uses.push({ kind: 'process', device, pid: Number(pid), command });
      break;
    }
  }
  return uses;
}

// A process may end while it is looked at: what is gone does not use the device.
function openDescriptors(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function numberOfDescriptor(pid: string, fd: string): DeviceNumber | null | undefined {
  try {
    return blockDeviceNumber(`/proc/${pid}/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** udev and blkid look at devices read-only all the time. */
const writes = (pid: string, fd: string): boolean => isOpenForWriting(readQuietly(`/proc/${pid}/fdinfo/${fd}`));
