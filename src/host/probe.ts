import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Host } from '../model/host.ts';
import type { LvmSettings } from '../model/lvm.ts';
import { parseThinPools, statusCommand, tableCommand } from '../tools/dmsetup.ts';
import { fullreport, lvmconfig, lvmdiskscan } from '../tools/lvm-commands.ts';
import { parseFullReport } from '../tools/lvm-report.ts';
import { parseLvmconfig } from '../tools/lvmconfig.ts';
import { parseLvmdiskscan } from '../tools/lvmdiskscan.ts';
import { PROBE_PROGRAMS, SETUP_PROGRAMS } from '../tools/programs.ts';
import { kernelPath, probeDevice } from './devices.ts';
import { readIfThere } from './files.ts';
import { readJournal } from './journal.ts';
import type { Launcher } from './launcher.ts';
import { findProgram } from './programs.ts';
import { read } from './run.ts';

/** What to look at beside LVM and the kernel's pools. */
export interface ProbeScope {
  devices: readonly string[];
  /** Profiles to read, by name. */
  profiles: readonly string[];
}

const UNKNOWN_SETTINGS: LvmSettings = {
  profileDirectory: '',
  thinCheckExecutable: 'thin_check',
  monitoring: true,
  filtersDevices: false,
};

/**
 * Looks at the whole host; changes nothing and starts nothing that stays.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput, JournalUnreadable: then nothing is known
 */
export async function probe(scope: ProbeScope, launcher: Launcher): Promise<Host> {
  const isRoot = process.geteuid?.() === 0;
  const programs = SETUP_PROGRAMS.filter((name) => findProgram(name) !== undefined);
  const canLook = isRoot && PROBE_PROGRAMS.every((name) => programs.includes(name));
  const bare = { isRoot, programs, thinPoolTarget: hasThinPoolTarget() };
  if (!canLook) {
    const nothing = { physicalVolumes: [], volumeGroups: [], thinPools: [], devices: [], files: [], ownership: [] };
    return { ...bare, ...nothing, lvm: UNKNOWN_SETTINGS };
  }
  const lvm = parseLvmconfig(await read(lvmconfig(), launcher));
  return {
    ...bare,
    programs: [...programs, ...(existsSync(lvm.thinCheckExecutable) ? ['thin_check'] : [])],
    lvm,
    ...(await probePools(launcher)),
    devices: await probeDevices(scope.devices, lvm, launcher),
    files: scope.profiles
      .map((name) => `${lvm.profileDirectory}/${name}.profile`)
      .map((path) => ({ path, content: readIfThere(path) })),
    ownership: readJournal(),
  };
}

/** LVM's report and the kernel's thin pools: all that changes from one step to the next. */
export async function probePools(
  launcher: Launcher,
): Promise<Pick<Host, 'physicalVolumes' | 'volumeGroups' | 'thinPools'>> {
  const hasPools = hasDmDevices();
  const report = await read(fullreport(), launcher);
  const tables = hasPools ? await read(tableCommand(), launcher) : '';
  const statuses = hasPools ? await read(statusCommand(), launcher) : '';
  const { volumeGroups, physicalVolumes } = parseFullReport(report);
  return {
    volumeGroups,
    physicalVolumes: physicalVolumes.map((pv) => ({ ...pv, path: kernelPath(pv.path) })),
    thinPools: parseThinPools(tables, statuses),
  };
}

/** Without any dm device there is no pool, and perhaps no driver loaded that dmsetup could ask. */
const hasDmDevices = (): boolean => readdirSync('/sys/block').some((name) => name.startsWith('dm-'));

async function probeDevices(asked: readonly string[], lvm: LvmSettings, launcher: Launcher): Promise<Host['devices']> {
  const visible = lvm.filtersDevices && asked.length > 0 ? await visibleDevices(launcher) : null;
  const devices: Host['devices'][number][] = [];
  for (const each of asked) devices.push(await probeDevice(each, (path) => visible?.has(path) ?? true, launcher));
  return devices;
}

const visibleDevices = async (launcher: Launcher): Promise<Set<string>> =>
  new Set(parseLvmdiskscan(await read(lvmdiskscan(), launcher)).map(kernelPath));

/** Loaded, built in, or there to be loaded: LVM loads the module by itself. */
function hasThinPoolTarget(): boolean {
  if (existsSync('/sys/module/dm_thin_pool')) return true;
  const folder = `/lib/modules/${release()}`;
  return ['modules.dep', 'modules.builtin']
    .map((name) => `${folder}/${name}`)
    .some((path) => existsSync(path) && /\/dm-thin-pool\.ko/.test(readFileSync(path, 'utf8')));
}
