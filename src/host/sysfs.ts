import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Bytes, bytes, SECTOR_BYTES } from '../units/quantity.ts';

/** `major:minor`, as sysfs and mountinfo write it. */
export type DeviceNumber = string;

/** Splits a dev_t as makedev(3) puts it together: `major:minor`. */
export const deviceNumber = (rdev: number): DeviceNumber => {
  const id = BigInt(rdev);
  const major = ((id >> 8n) & 0xfffn) | ((id >> 32n) & ~0xfffn);
  const minor = (id & 0xffn) | ((id >> 12n) & ~0xffn);
  return `${major}:${minor}`;
};

/** The number of a block device by path; undefined: no such path; null: something else. */
export function blockDeviceNumber(path: string): DeviceNumber | null | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isBlockDevice() ? deviceNumber(stats.rdev) : null;
}

/** Where a link of /sys leads: always to a folder without links in its path, so one look does, where realpath takes ten. */
const followed = (link: string): string => join(dirname(link), readlinkSync(link));

/** A block device's folder in /sys. */
export const sysfsFolder = (number: DeviceNumber): string => followed(`/sys/dev/block/${number}`);

/**
 * The path of the device that a sysfs folder describes (`!` stands for `/`: /sys/block/cciss!c0d0). A mapped device goes
 * by its name: dm-3 may be another one after a reboot.
 */
export function devicePath(folder: string): string {
  const name = optionalAttribute(folder, 'dm/name');
  return name === null ? `/dev/${basename(folder).replaceAll('!', '/')}` : `/dev/mapper/${name}`;
}

const attribute = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8').trim();

/** A text attribute, or null when the device has none of that name. */
export const optionalAttribute = (folder: string, name: string): string | null =>
  existsSync(join(folder, name)) ? attribute(folder, name) : null;

/** Always in 512-byte sectors there, whatever the disk's own (Documentation/ABI/stable/sysfs-block). */
export const deviceSize = (folder: string): Bytes => bytes(BigInt(attribute(folder, 'size')) * SECTOR_BYTES);

export const isReadOnly = (folder: string): boolean => attribute(folder, 'ro') === '1';

export const isPartition = (folder: string): boolean => existsSync(join(folder, 'partition'));

/** The folders of a disk's partitions. */
export const partitionFolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'partition')))
    .map((entry) => join(folder, entry.name));

/**
 * The folders of the devices that sit on this one (dm, md, bcache).
 * @param most so many are enough: a pool may carry thousands, and each is looked up by itself
 */
export const holderFolders = (folder: string, most = Number.POSITIVE_INFINITY): string[] =>
  (existsSync(join(folder, 'holders')) ? readdirSync(join(folder, 'holders')) : [])
    .slice(0, most)
    .map((name) => followed(join(folder, 'holders', name)));

/** The numbers of the devices that a mapped device stands on. */
export const slaveNumbers = (folder: string): DeviceNumber[] =>
  readdirSync(join(folder, 'slaves')).map((name) => attribute(join(folder, 'slaves', name), 'dev'));

/** Whether a mapped device is suspended: all that is sent to it waits. */
export function isSuspended(name: string): boolean {
  const number = blockDeviceNumber(`/dev/mapper/${name}`);
  return number != null && optionalAttribute(sysfsFolder(number), 'dm/suspended') === '1';
}

/** `major:minor` of a sysfs folder. */
export const folderNumber = (folder: string): DeviceNumber => attribute(folder, 'dev');

/** The device-mapper name of a number; null: it is gone, or no mapped device. */
export const mappedName = (number: DeviceNumber): string | null =>
  optionalAttribute(`/sys/dev/block/${number}`, 'dm/name');

/** Without any dm device there is no pool, and perhaps no driver loaded that dmsetup could ask. */
export const hasDmDevices = (): boolean => readdirSync('/sys/block').some((name) => name.startsWith('dm-'));

/** A symbolic link's target, or null when it is gone or not ours to read. */
export function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
