import { existsSync } from 'node:fs';
import { CONTAINERD_SERVICE, type ContainerdFacts, DOCKERS_NAMESPACE } from '../../model/containerd.ts';
import type { ConfigFile, DockerFacts, SettingsFile } from '../../model/docker.ts';
import {
  configDefault,
  configDump,
  containerdVersion,
  imageList,
  namespaceList,
  parseContainerdVersion,
  parseNames,
  parseSnapshots,
  snapshotList,
} from '../../tools/containerd.ts';
import { readDump } from '../../tools/containerd-config.ts';
import { parseUnits, systemctlShow, type Unit, unitService } from '../../tools/systemctl.ts';
import { probeConfig } from '../docker/config.ts';
import { readUnitFiles } from '../docker/settings.ts';
import { CommandFailed } from '../errors.ts';
import type { Launcher } from '../launcher.ts';
import { findProgram } from '../programs.ts';
import { read } from '../run.ts';
import { sha256 } from '../sha256.ts';
import { askForPlugin } from './plugin-status.ts';
import { probeSnapshotterRoot } from './snapshotter-root.ts';

/** What is to be known of containerd. */
export interface ContainerdScope {
  /** Told by whoever understands its flags. */
  configPath(settings: readonly SettingsFile[]): string;
  /** Whether anything is, with this Docker beside it. */
  isWanted(docker: DockerFacts | null): boolean;
  /** To ask for them takes a program for each namespace. */
  wantsSnapshots: boolean;
  /** Whether one that runs and does not answer is told as that; else nothing is known then. */
  mayBeSilent?: boolean;
}

/**
 * Looks at containerd, running or not; changes nothing and starts nothing.
 * @param known from an earlier look at the same host: that much need not be found out again
 * @returns null: there is no containerd here
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput, ProgramMissing: then nothing is known
 */
export async function probeContainerd(
  { configPath, wantsSnapshots, mayBeSilent = false }: ContainerdScope,
  launcher: Launcher,
  known?: ContainerdFacts,
): Promise<ContainerdFacts | null> {
  if (findProgram('containerd') === undefined) return null;
  const unit = await probeUnit(launcher);
  const config = probeConfig(configPath(unit === null ? [] : readUnitFiles(unit)));
  const isSame = known !== undefined && known.config.content === config.content;
  const { effective, configProblem } = isSame ? known : await probeEffective(config, launcher);
  const answers = unit?.activeState === 'active' && effective !== null && findProgram('ctr') !== undefined;
  const pid = unit?.mainPid ?? null;
  // What became of a plugin when it started stays so.
  const isTold = known?.pid != null && known.pid === pid && known.plugin !== null;
  const plugin = isTold ? known.plugin : answers ? await askForPlugin(effective.address, launcher, mayBeSilent) : null;
  return {
    version: known?.version ?? parseContainerdVersion(await read(containerdVersion(), launcher)),
    service: unit === null ? null : unitService(unit),
    pid,
    startsAfter: unit?.startsAfter ?? null,
    config,
    effective,
    configProblem,
    plugin,
    snapshotterRoot: probeSnapshotterRoot(effective),
    ...(answers && wantsSnapshots && plugin === 'ok' ? await probeContents(effective.address, launcher) : NO_CONTENTS),
  };
}

/** No package brings an init script for it: without systemd (sd_booted(3)) nobody starts it. */
async function probeUnit(launcher: Launcher): Promise<Unit | null> {
  if (!existsSync('/run/systemd/system')) return null;
  const [unit] = parseUnits(await read(systemctlShow([CONTAINERD_SERVICE]), launcher));
  return unit === undefined || unit.loadState === 'not-found' ? null : unit;
}

/** containerd reads its own files: what it can't read is told in its own words. */
async function probeEffective(
  { path, content }: ConfigFile,
  launcher: Launcher,
): Promise<Pick<ContainerdFacts, 'effective' | 'configProblem'>> {
  try {
    const { others, ...rest } = readDump(await read(content === null ? configDefault() : configDump(path), launcher));
    return { effective: { ...rest, others: sha256().update(others).digest('hex') }, configProblem: null };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return { effective: null, configProblem: error.stderr.trim().split('\n').at(-1) ?? '' };
  }
}

type Contents = Pick<ContainerdFacts, 'snapshots' | 'dockersImages'>;

const NO_CONTENTS: Contents = { snapshots: [], dockersImages: [] };

async function probeContents(address: string, launcher: Launcher): Promise<Contents> {
  const namespaces = parseNames('namespaces', await read(namespaceList(address), launcher));
  const found: ContainerdFacts['snapshots'][number][] = [];
  for (const namespace of namespaces) {
    const inIt = parseSnapshots(await read(snapshotList(address, namespace), launcher));
    found.push(...inIt.map((snapshot) => ({ namespace, ...snapshot })));
  }
  if (!namespaces.includes(DOCKERS_NAMESPACE)) return { snapshots: found, dockersImages: [] };
  const images = await read(imageList(address, DOCKERS_NAMESPACE), launcher);
  return { snapshots: found, dockersImages: parseNames('images', images) };
}
