import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mountPlaces, type ThinMount } from '../../model/pool-device.ts';
import { REPAIR_FILES, REPAIRS_DIRECTORY, type RepairFacts, type RepairRun } from '../../model/repair.ts';
import { type LoopDevice, losetupList, parseLosetup } from '../../tools/losetup.ts';
import { parseCheck, parseFilesystems } from '../../tools/repair-files.ts';
import { readIfThere } from '../files.ts';
import type { Launcher } from '../launcher.ts';
import { mountsByName } from '../pool-devices.ts';
import { findProgram } from '../programs.ts';
import { read } from '../run.ts';
import { blockDeviceNumber, holderFolders, isSuspended, sysfsFolder } from '../sysfs.ts';
import { devicesWith } from './loops.ts';
import { readFirstBlock } from './superblock.ts';

const MAPPER = '/dev/mapper';

/**
 * Looks at what repairs have left, and at what one must not take from under somebody.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput
 */
export async function probeRepair(launcher: Launcher): Promise<RepairFacts> {
  const canList = findProgram('losetup') !== undefined;
  const loops = canList ? parseLosetup(await read(losetupList(), launcher)) : [];
  const mounts = [...mountsByName('all')].map(([device, places]) => ({ device, mountPoint: placeOf(places) }));
  return {
    runs: readRuns(loops),
    mounts,
    loops: loops.map(({ path, file }) => ({ device: path, file })),
    beginnings: shownMetadata().filter(beginsAsMetadata),
  };
}

/** LVM's hidden metadata LVs that are active by themselves: nobody stands on them, and they answer. */
function shownMetadata(): string[] {
  if (!existsSync(MAPPER)) return [];
  const names = readdirSync(MAPPER).filter((name) => name.endsWith('_tmeta') && !isSuspended(name));
  return names
    .map((name) => join(MAPPER, name))
    .filter((path) => {
      const number = blockDeviceNumber(path);
      return number != null && holderFolders(sysfsFolder(number), 1).length === 0;
    });
}

/** One that can't be read does not. */
function beginsAsMetadata(device: string): boolean {
  try {
    return readFirstBlock(device).isMetadata;
  } catch {
    return false;
  }
}

/** Where the host sees it; else in whose view it is mounted. */
function placeOf(mounts: readonly ThinMount[]): string {
  const own = mounts.filter(({ pid }) => pid === null);
  return mountPlaces({ active: [{ mounts: own.length > 0 ? own : mounts }] }).join(', ');
}

function readRuns(loops: readonly LoopDevice[]): RepairRun[] {
  if (!existsSync(REPAIRS_DIRECTORY)) return [];
  return readdirSync(REPAIRS_DIRECTORY).map((name) => {
    const directory = join(REPAIRS_DIRECTORY, name);
    const text = (file: string): string | null => readIfThere(join(directory, file));
    const mended = text(REPAIR_FILES.mended)?.trim() ?? null;
    return {
      directory,
      isCopied: existsSync(join(directory, REPAIR_FILES.copy)) && text(REPAIR_FILES.checksum) !== null,
      check: parseCheck(text(REPAIR_FILES.check)),
      mendedPath: mended !== null && existsSync(mended) ? mended : null,
      mendedOn: mended === null ? [] : devicesWith(mended, loops),
      isMendedSound: text(REPAIR_FILES.mendedCheck) !== null && (mended === null || existsSync(mended)),
      filesystems: parseFilesystems(text(REPAIR_FILES.filesystems)),
    };
  });
}
