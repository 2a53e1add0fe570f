import { existsSync } from 'node:fs';
import type { Examination } from '../model/examination.ts';
import { runName } from '../model/ownership.ts';
import type { ActiveThin } from '../model/pool-device.ts';
import { lvmconfig } from '../tools/lvm-commands.ts';
import { parseLvmconfig } from '../tools/lvmconfig.ts';
import { type ContainerdScope, probeContainerd } from './containerd/probe-containerd.ts';
import { daemonPid, processFile } from './docker/daemon.ts';
import { type DockerPlaces, probeDocker } from './docker/probe-docker.ts';
import { JournalUnreadable } from './errors.ts';
import { readJournal } from './journal.ts';
import type { Launcher } from './launcher.ts';
import { probeKernelDevices } from './pool-devices.ts';
import { findProgram } from './programs.ts';
import { read } from './run.ts';

/**
 * Looks closely: every thin device and who has it mounted, Docker with its settings, LVM's own.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput
 */
export async function probeExamination(
  places: DockerPlaces,
  containerdScope: ContainerdScope,
  launcher: Launcher,
): Promise<Examination> {
  const { active } = await probeKernelDevices(launcher, 'all');
  const docker = await probeDocker(places, launcher);
  return {
    thinCheck: await probeThinCheck(launcher),
    docker,
    containerd: await probeContainerd({ ...containerdScope, mayBeSilent: true }, launcher),
    active,
    daemonPid: daemonPid(),
    commands: commandsOf(active),
    unfinished: unfinishedRuns(),
  };
}

function unfinishedRuns(): Examination['unfinished'] {
  try {
    return { names: readJournal().map(runName) };
  } catch (error) {
    if (!(error instanceof JournalUnreadable)) throw error;
    return { problem: error.message };
  }
}

async function probeThinCheck(launcher: Launcher): Promise<Examination['thinCheck']> {
  if (findProgram('lvmconfig') === undefined) return null;
  const { thinCheckExecutable: path } = parseLvmconfig(await read(lvmconfig(), launcher));
  return path === '' ? null : { path, isThere: existsSync(path) };
}

function commandsOf(active: readonly ActiveThin[]): Map<number, string> {
  const pids = new Set(active.flatMap(({ mounts }) => mounts.flatMap(({ pid }) => pid ?? [])));
  return new Map(
    [...pids].flatMap((pid) => {
      const command = processFile(pid, 'comm')?.trim();
      return command === undefined ? [] : [[pid, command]];
    }),
  );
}
