import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Host } from '../model/host.ts';
import type { LvmSettings } from '../model/lvm.ts';
import type { RawPoolRecord } from '../model/raw-pool.ts';
import { BOOT_FILES } from '../tools/boot-unit.ts';
import { lvmconfig, lvmdiskscan } from '../tools/lvm-commands.ts';
import { parseLvmconfig } from '../tools/lvmconfig.ts';
import { parseLvmdiskscan } from '../tools/lvmdiskscan.ts';
import { ALL_PROGRAMS, PROBE_PROGRAMS } from '../tools/programs.ts';
import { RAW_POOLS_PATH } from '../tools/raw-pools.ts';
import { probeActivation } from './activation.ts';
import { probeBackingDevices } from './backing-devices.ts';
import { probeContainerd } from './containerd/probe-containerd.ts';
import { kernelPath, probeDevice } from './devices.ts';
import { probeDocker } from './docker/probe-docker.ts';
import { probeKeeping } from './docker/probe-images.ts';
import { readIfThere } from './files.ts';
import { readInstalled, readJournal } from './journal.ts';
import type { Launcher } from './launcher.ts';
import { probePoolDevices } from './pool-devices.ts';
import { probePools } from './probe-pools.ts';
import type { ProbeScope } from './probe-scope.ts';
import { findProgram } from './programs.ts';
import { readRawPools } from './raw-pools.ts';
import { probeRepair } from './repair/facts.ts';
import { read } from './run.ts';
import { probeThinDevices } from './thin-devices.ts';

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
  const programs = ALL_PROGRAMS.filter((name) => findProgram(name) !== undefined);
  const canLook = isRoot && PROBE_PROGRAMS.every((name) => programs.includes(name));
  const bare = { isRoot, programs, thinPoolTarget: hasThinPoolTarget(), namesInDev: readdirSync('/dev') };
  if (!canLook) return { ...bare, ...NOTHING };
  const lvm = parseLvmconfig(await read(lvmconfig(), launcher));
  return {
    ...bare,
    programs: [...programs, ...(existsSync(lvm.thinCheckExecutable) ? ['thin_check'] : [])],
    lvm,
    devices: await probeDevices(scope.devices, lvm, launcher),
    ...(await probeWhatChanges(lvm, scope, launcher, undefined)),
    ownership: readJournal(),
    installed: readInstalled(),
  };
}

/** Nobody but root, and nobody without LVM's programs, can look. */
const NOTHING = {
  lvm: UNKNOWN_SETTINGS,
  physicalVolumes: [],
  volumeGroups: [],
  thinPools: [],
  thinDevices: [],
  backingDevices: [],
  devices: [],
  files: [],
  ownership: [],
  installed: [],
  rawPools: [],
  activation: null,
  docker: null,
  containerd: null,
  poolDevices: null,
  keeping: null,
  repair: null,
};

/**
 * Looks again at all that changes from one step to the next.
 * @param host what was seen before
 * @throws as probe does
 */
export const probeChanging = async (host: Host, scope: ProbeScope, launcher: Launcher): Promise<Host> => ({
  ...host,
  ...(await probeWhatChanges(host.lvm, scope, launcher, host)),
});

/** @param known an earlier look: what does not change of the engines is taken from it */
async function probeWhatChanges(
  lvm: LvmSettings,
  scope: ProbeScope,
  launcher: Launcher,
  known: Pick<Host, 'docker' | 'containerd'> | undefined,
) {
  const pools = await probePools(launcher);
  const { docker, containerd } = await probeEngines(scope, launcher, known);
  const thinDevices = scope.thinDevices ? await probeThinDevices(launcher) : [];
  const backingDevices = scope.backingDevices ? await probeBackingDevices(pools.thinPools, launcher) : [];
  const configPaths = [docker, containerd].flatMap((engine) =>
    engine === null ? [] : [engine.config.realPath, ...engine.config.backups],
  );
  const unitPaths = docker?.manager === 'systemd' || containerd !== null ? bootUnitPaths() : [];
  const files = [...profilePaths(lvm, scope.profiles), ...configPaths, ...unitPaths, RAW_POOLS_PATH].map((path) => ({
    path,
    content: readIfThere(path),
  }));
  const poolDevices = scope.poolDevices ? await probePoolDevices(scope.poolDevices, launcher) : null;
  const rawPools = readRawPools();
  const activation =
    scope.activation === undefined
      ? null
      : await probeActivation(withOthers(rawPools, scope.activation.besides), { docker, containerd }, launcher);
  const keeping = await probeKeeping(scope, docker);
  const repair = scope.repair ? await probeRepair(launcher) : null;
  return {
    ...pools,
    docker,
    containerd,
    thinDevices,
    backingDevices,
    poolDevices,
    rawPools,
    activation,
    files,
    keeping,
    repair,
  };
}

/** What is written down of a pool counts, not what is wanted of it. */
const withOthers = (records: readonly RawPoolRecord[], others: readonly RawPoolRecord[]): RawPoolRecord[] => [
  ...records,
  ...others.filter(({ name }) => records.every((record) => record.name !== name)),
];

/**
 * The engines alone, as far as they are asked about.
 * @param known an earlier look
 */
export async function probeEngines(
  scope: ProbeScope,
  launcher: Launcher,
  known?: Pick<Host, 'docker' | 'containerd'>,
): Promise<Pick<Host, 'docker' | 'containerd'>> {
  const docker = scope.docker && (await probeDocker(scope.docker, launcher, known?.docker ?? undefined));
  const { containerd: wanted } = scope;
  if (!wanted?.isWanted(docker)) return { docker, containerd: null };
  return { docker, containerd: await probeContainerd(wanted, launcher, known?.containerd ?? undefined) };
}

/** Units of dmtool's, and the drop-ins that name them. */
const bootUnitPaths = (): string[] => globSync([...BOOT_FILES]);

function profilePaths({ profileDirectory }: LvmSettings, profiles: ProbeScope['profiles']): string[] {
  if (profiles !== 'all') return profiles.map((name) => `${profileDirectory}/${name}.profile`);
  if (!existsSync(profileDirectory)) return [];
  return readdirSync(profileDirectory)
    .filter((name) => name.endsWith('.profile'))
    .map((name) => `${profileDirectory}/${name}`);
}

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
