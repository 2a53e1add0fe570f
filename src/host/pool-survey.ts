import type { PhysicalVolume, VolumeGroup } from '../model/lvm.ts';
import type { LvmDoubt, PoolSurvey } from '../model/pool-survey.ts';
import { fullreport } from '../tools/lvm-commands.ts';
import { parseFullReport } from '../tools/lvm-report.ts';
import { kernelPath } from './devices.ts';
import { CommandFailed, DeadlinePassed } from './errors.ts';
import { readIfThere } from './files.ts';
import type { Launcher } from './launcher.ts';
import { probeKernelPools } from './probe.ts';
import { read } from './run.ts';
import { devicePath, optionalAttribute, sysfsFolder } from './sysfs.ts';

/** Where LVM keeps its profiles, unless lvm.conf says otherwise: asking it would take a program more. */
const PROFILES = '/etc/lvm/profile';
/** A program that has no time left at all could not even begin. */
const LEAST_MS = 500;

/**
 * Looks at all pools of the host: two programs of device-mapper, which never wait, one of LVM, which may, and files.
 * @param deadlineMs how long all of it may take
 * @throws CommandFailed, DeadlinePassed when even device-mapper does not answer, UnreadableOutput
 */
export async function surveyPools(launcher: Launcher, deadlineMs: number): Promise<PoolSurvey> {
  const end = performance.now() + deadlineMs;
  const remaining = (): number => Math.max(LEAST_MS, Math.round(end - performance.now()));
  const thinPools = await probeKernelPools(launcher, remaining());
  const lvm = await askLvm(launcher, remaining);
  const names = new Set(lvm.volumeGroups.flatMap((vg) => vg.logicalVolumes.map(({ profile }) => profile)));
  const numbers = thinPools.flatMap(({ table }) => (table ? [table.dataDevice, table.metadataDevice] : []));
  return {
    ...lvm,
    thinPools,
    profiles: new Map([...names].flatMap((name) => profileEntry(name))),
    places: new Map(numbers.map((number) => [number, placeOf(number)])),
  };
}

interface LvmWord {
  physicalVolumes: PhysicalVolume[];
  volumeGroups: VolumeGroup[];
  lvmDoubt: LvmDoubt | null;
}

/** Where somebody holds the lock of a VG, its report is read without: what is written at that moment may be half there. */
async function askLvm(launcher: Launcher, remaining: () => number): Promise<LvmWord> {
  try {
    const text = await read(fullreport('no-wait'), launcher, remaining()).catch(noneWhileLocked);
    if (text !== null) return report(text, null);
    return report(await read(fullreport('no-lock'), launcher, remaining()), { kind: 'without-lock' });
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    const lvmDoubt = { kind: 'no-answer', seconds: error.deadlineMs / 1000 } as const;
    return { physicalVolumes: [], volumeGroups: [], lvmDoubt };
  }
}

function noneWhileLocked(error: unknown): null {
  if (error instanceof CommandFailed && /lock/i.test(error.stderr)) return null;
  throw error;
}

function report(text: string, lvmDoubt: LvmDoubt | null): LvmWord {
  const { volumeGroups, physicalVolumes } = parseFullReport(text);
  return {
    volumeGroups,
    physicalVolumes: physicalVolumes.map((pv) => ({ ...pv, path: kernelPath(pv.path) })),
    lvmDoubt,
  };
}

function profileEntry(name: string | null): [string, string][] {
  const text = name === null ? null : readIfThere(`${PROFILES}/${name}.profile`);
  return name === null || text === null ? [] : [[name, text]];
}

/** A device, or the file behind it. */
function placeOf(number: string): string {
  try {
    const folder = sysfsFolder(number);
    return optionalAttribute(folder, 'loop/backing_file') ?? devicePath(folder);
  } catch {
    // Gone since the table was read.
    return number;
  }
}
