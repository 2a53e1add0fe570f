import { setTimeout } from 'node:timers/promises';
import type { ConfigFile, SettingsFile } from '../model/docker.ts';
import type { PhysicalVolume, VolumeGroup } from '../model/lvm.ts';
import type { DmeventdState, DockerWord, LvmDoubt, PoolSurvey } from '../model/pool-survey.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { parseToml, snapshotterSettings } from '../tools/containerd-config.ts';
import { autoextendDefaults, fullreport } from '../tools/lvm-commands.ts';
import { isDmeventdSilent, parseFullReport } from '../tools/lvm-report.ts';
import { UnreadableOutput } from '../tools/unreadable.ts';
import { kernelPath } from './devices.ts';
import { probeConfig } from './docker/config.ts';
import { daemonPid, processFile } from './docker/daemon.ts';
import type { DockerPlaces } from './docker/probe-docker.ts';
import { probeSettings } from './docker/settings.ts';
import { CommandFailed, DeadlinePassed, ProgramMissing } from './errors.ts';
import { readIfThere } from './files.ts';
import { readKernelLog } from './kernel-log.ts';
import type { Launcher } from './launcher.ts';
import { noSpaceTimeoutSeconds, placesOf, seatsOf, uptimeSeconds } from './pool-places.ts';
import { probeKernelPools } from './probe-pools.ts';
import { read, readWithWords } from './run.ts';
import { isSuspended } from './sysfs.ts';

/** Where LVM keeps its profiles, unless lvm.conf says otherwise: asking it would take a program more. */
const PROFILES = '/etc/lvm/profile';
/** A program that has no time left at all could not even begin. */
const LEAST_MS = 500;
/** A pool whose table is just being swapped is suspended for less. */
const SWAP_MS = 300;

/** What Docker's settings are told by. */
export interface DockerReaders {
  places: DockerPlaces;
  word(config: ConfigFile, settings: readonly SettingsFile[]): DockerWord;
}

/**
 * Looks at all pools of the host: two programs of device-mapper, which never wait, one of LVM, which may, and files. Where a
 * pool of LVM's has no profile, lvmconfig is asked what holds for it. What LVM does not tell is a doubt, and no error.
 * @param deadlineMs how long all of it may take
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput when even device-mapper does not answer
 */
export async function surveyPools(launcher: Launcher, deadlineMs: number, docker: DockerReaders): Promise<PoolSurvey> {
  const end = performance.now() + deadlineMs;
  const remaining = (): number => Math.max(LEAST_MS, Math.round(end - performance.now()));
  const thinPools = await reallySuspended(await probeKernelPools(launcher, remaining()));
  const { lvmDoubt, words, ...lvm } = await askLvm(launcher, remaining);
  const pools = lvm.volumeGroups.flatMap((vg) => vg.logicalVolumes.filter(({ kind }) => kind === 'thin-pool'));
  const names = new Set(pools.map(({ profile }) => profile));
  const defaults = names.has(null) ? await askDefaults(launcher, remaining) : NOT_ASKED;
  const isWell = thinPools.every(({ status }) => status.state === 'working' && status.mode === 'rw');
  const log = isWell ? NOTHING_SAID : readKernelLog();
  return {
    ...lvm,
    ...defaults,
    lvmDoubt: lvmDoubt ?? defaults.lvmDoubt,
    thinPools,
    profiles: new Map([...names].flatMap((name) => profileEntry(name))),
    dmeventd: dmeventdState(words),
    places: placesOf(thinPools),
    ...seatsOf(thinPools),
    docker: readDocker(docker),
    containerdPool: readContainerdPool(),
    kernelLog: log.words,
    kernelLogProblem: log.problem,
    uptimeSeconds: uptimeSeconds(),
    noSpaceTimeoutSeconds: noSpaceTimeoutSeconds(),
  };
}

const NOT_ASKED: Pick<PoolSurvey, 'lvmDefaults' | 'lvmDoubt'> = { lvmDefaults: null, lvmDoubt: null };

/** What lvm.conf has for pools without a profile. */
async function askDefaults(launcher: Launcher, remaining: () => number): Promise<typeof NOT_ASKED> {
  try {
    return { lvmDefaults: await read(autoextendDefaults(), launcher, remaining()), lvmDoubt: null };
  } catch (error) {
    return { lvmDefaults: null, lvmDoubt: doubtFor(error) };
  }
}

const NOTHING_SAID = { words: [], problem: null };

/** Whoever swaps a table suspends the pool for a moment: only what still is a little later is worth a word. */
async function reallySuspended(pools: readonly KernelThinPool[]): Promise<KernelThinPool[]> {
  if (pools.some(({ suspended }) => suspended)) await setTimeout(SWAP_MS);
  return pools.map((pool) => ({ ...pool, suspended: pool.suspended && isSuspended(pool.name) }));
}

/** Its pid file may outlive it. @param words of LVM, which asked it */
function dmeventdState(words: string): DmeventdState {
  const pid = Number(readIfThere('/run/dmeventd.pid') ?? 0);
  const isThere = pid > 0 && processFile(pid, 'comm')?.trim() === 'dmeventd';
  if (!isThere) return 'absent';
  return isDmeventdSilent(words) ? 'silent' : 'runs';
}

/** As far as files tell it: where Docker was never configured, and does not run, it has no pool. */
function readDocker({ places, word }: DockerReaders): DockerWord | null {
  const settings = probeSettings({ manager: 'sysv', services: [], unit: null, pid: daemonPid(), isStray: false });
  const config = probeConfig(places.config(settings));
  return config.content === null && settings.length === 0 ? null : word(config, settings);
}

/** Where containerd looks when nothing tells it otherwise (containerd(8)). */
const CONTAINERD_CONFIG = '/etc/containerd/config.toml';

/** As far as its usual file tells it: a look that is to be quick starts no program of containerd's. */
function readContainerdPool(): string | null {
  const parsed = parseToml(readIfThere(CONTAINERD_CONFIG) ?? '');
  const pool = 'table' in parsed ? snapshotterSettings(parsed.table)['pool_name'] : null;
  return typeof pool === 'string' && pool !== '' ? pool : null;
}

interface LvmWord {
  physicalVolumes: PhysicalVolume[];
  volumeGroups: VolumeGroup[];
  lvmDoubt: LvmDoubt | null;
  /** What it said beside its report. */
  words: string;
}

/** Where somebody holds the lock of a VG, its report is read without: what is written at that moment may be half there. */
async function askLvm(launcher: Launcher, remaining: () => number): Promise<LvmWord> {
  try {
    const told = await readWithWords(fullreport('no-wait'), launcher, remaining()).catch(noneWhileLocked);
    if (told !== null) return report(told, null);
    return report(await readWithWords(fullreport('no-lock'), launcher, remaining()), { kind: 'without-lock' });
  } catch (error) {
    const words = error instanceof DeadlinePassed ? error.words : '';
    return { physicalVolumes: [], volumeGroups: [], lvmDoubt: doubtFor(error), words };
  }
}

/** So much of its own words tells what ails it. */
const MOST_WORDS = 300;

/**
 * Why LVM did not tell it.
 * @throws what is none of LVM's
 */
export function doubtFor(error: unknown): LvmDoubt {
  if (error instanceof DeadlinePassed)
    return { kind: 'no-answer', seconds: error.deadlineMs / 1000, words: error.words.slice(0, MOST_WORDS) };
  if (error instanceof ProgramMissing) return { kind: 'absent' };
  if (error instanceof UnreadableOutput) return { kind: 'unreadable', program: error.program, words: error.detail };
  if (!(error instanceof CommandFailed)) throw error;
  const { argv, exitCode } = error;
  const words = error.words.slice(0, MOST_WORDS);
  return { kind: 'failed', program: argv.slice(0, argv[0] === 'lvm' ? 2 : 1).join(' '), exitCode, words };
}

function noneWhileLocked(error: unknown): null {
  if (error instanceof CommandFailed && /lock/i.test(error.stderr)) return null;
  throw error;
}

function report({ stdout, stderr }: { stdout: string; stderr: string }, lvmDoubt: LvmDoubt | null): LvmWord {
  const { volumeGroups, physicalVolumes } = parseFullReport(stdout);
  return {
    volumeGroups,
    physicalVolumes: physicalVolumes.map((pv) => ({ ...pv, path: kernelPath(pv.path) })),
    lvmDoubt,
    words: stderr,
  };
}

function profileEntry(name: string | null): [string, string][] {
  const text = name === null ? null : readIfThere(`${PROFILES}/${name}.profile`);
  return name === null || text === null ? [] : [[name, text]];
}
