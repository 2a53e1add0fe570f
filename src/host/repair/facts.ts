import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mountPlaces, type ThinMount } from '../../model/pool-device.ts';
import { REPAIR_FILES, REPAIRS_DIRECTORY, type RepairFacts, type RepairRun } from '../../model/repair.ts';
import { losetupList, parseLosetup } from '../../tools/losetup.ts';
import { parseCheck, parseFilesystems } from '../../tools/repair-files.ts';
import { readIfThere } from '../files.ts';
import type { Launcher } from '../launcher.ts';
import { mountsByName } from '../pool-devices.ts';
import { findProgram } from '../programs.ts';
import { read } from '../run.ts';

/**
 * Looks at what repairs have left, and at what one must not take from under somebody.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput
 */
export async function probeRepair(launcher: Launcher): Promise<RepairFacts> {
  const canList = findProgram('losetup') !== undefined;
  const loops = canList ? parseLosetup(await read(losetupList(), launcher)) : [];
  const mounts = [...mountsByName('all')].map(([device, places]) => ({ device, mountPoint: placeOf(places) }));
  return { runs: readRuns(), mounts, loops: loops.map(({ path }) => path) };
}

/** Where the host sees it; else in whose view it is mounted. */
function placeOf(mounts: readonly ThinMount[]): string {
  const own = mounts.filter(({ pid }) => pid === null);
  return mountPlaces({ active: [{ mounts: own.length > 0 ? own : mounts }] }).join(', ');
}

function readRuns(): RepairRun[] {
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
      filesystems: parseFilesystems(text(REPAIR_FILES.filesystems)),
    };
  });
}
