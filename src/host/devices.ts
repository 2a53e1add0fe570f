import { type DeviceFacts, LVM_LABEL } from '../model/device.ts';
import { parseWipefs, wipefsList } from '../tools/wipefs.ts';
import { isBusy, readEdges } from './device-edges.ts';
import { usesOf } from './device-uses.ts';
import { CommandFailed } from './errors.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import {
  blockDeviceNumber,
  type DeviceNumber,
  devicePath,
  deviceSize,
  isPartition,
  isReadOnly,
  partitionFolders,
  sysfsFolder,
} from './sysfs.ts';

/** A bare `xvdf` means /dev/xvdf; everything else is a path. */
export const deviceArgument = (asked: string): string => (asked.includes('/') ? asked : `/dev/${asked}`);

/** Looks at one device that was asked for; `isVisible` answers for LVM, by kernel path. */
export async function probeDevice(
  asked: string,
  isVisible: (path: string) => boolean,
  launcher: Launcher,
): Promise<DeviceFacts> {
  const typed = deviceArgument(asked);
  try {
    const number = blockDeviceNumber(typed);
    if (number === undefined) return { kind: 'absent', asked, path: typed };
    if (number === null) return { kind: 'not-block', asked, path: typed };
    return await probeBlockDevice(asked, number, isVisible, launcher);
  } catch (error) {
    // A program that is missing or answers nonsense is no fault of the device.
    if (!(error instanceof Error && 'syscall' in error) && !(error instanceof CommandFailed)) throw error;
    return { kind: 'unreadable', asked, path: typed, error: error.message };
  }
}

async function probeBlockDevice(
  asked: string,
  number: DeviceNumber,
  isVisible: (path: string) => boolean,
  launcher: Launcher,
): Promise<DeviceFacts> {
  const folder = sysfsFolder(number);
  const path = devicePath(folder);
  const partitions = partitionFolders(folder).map(devicePath);
  const pvPartitions: string[] = [];
  for (const partition of partitions) {
    const signatures = parseWipefs(await read(wipefsList(partition), launcher));
    if (signatures.some(({ type }) => type === LVM_LABEL)) pvPartitions.push(partition);
  }
  const sizeBytes = deviceSize(folder);
  const busy = isBusy(path);
  return {
    kind: 'block',
    asked,
    path,
    sizeBytes,
    readOnly: isReadOnly(folder),
    isPartition: isPartition(folder),
    signatures: parseWipefs(await read(wipefsList(path), launcher)),
    edges: readEdges(path, sizeBytes),
    busy,
    uses: usesOf(folder, busy),
    partitions,
    pvPartitions,
    visibleToLvm: isVisible(path),
  };
}

/** The one path that a device goes by, whatever it was called; as it is when it is not there. */
export function kernelPath(path: string): string {
  const number = blockDeviceNumber(path);
  return number == null ? path : devicePath(sysfsFolder(number));
}
