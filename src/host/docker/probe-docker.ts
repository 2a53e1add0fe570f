import type { ConfigFile, DockerFacts, SettingsFile } from '../../model/docker.ts';
import { dockerdVersion, parseDockerdVersion } from '../../tools/docker-commands.ts';
import { findProgram } from '../programs.ts';
import { read } from '../run.ts';
import { probeBuild } from './build.ts';
import { probeConfig } from './config.ts';
import { probeDataRoot } from './data-root.ts';
import { mayBeAsked, probeServices } from './services.ts';
import { probeSettings } from './settings.ts';
import { askDaemon } from './socket.ts';

/**
 * Where the daemon's things are, as its settings say: told by whoever understands Docker's flags, one after the other, because
 * the first says where the next is.
 */
export interface DockerPlaces {
  config(settings: readonly SettingsFile[]): string;
  /** null: no unix socket to ask. */
  socket(settings: readonly SettingsFile[], config: ConfigFile): string | null;
  /** Counts when no daemon runs that could say it. */
  dataRoot(settings: readonly SettingsFile[], config: ConfigFile): string;
}

/**
 * Looks at Docker, running or not; changes nothing and starts nothing.
 * @returns null: there is no Docker here
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput, ProgramMissing: then nothing is known
 */
export async function probeDocker(places: DockerPlaces): Promise<DockerFacts | null> {
  const program = findProgram('dockerd');
  if (program === undefined) return null;
  const { version, build } = await probeProgram(program);
  const serviceFacts = await probeServices();
  const settings = probeSettings(serviceFacts);
  const config = probeConfig(places.config(settings));
  const socketPath = mayBeAsked(serviceFacts) ? places.socket(settings, config) : null;
  const answer = socketPath === null ? null : await askDaemon(socketPath);
  const dataRoot = answer?.info.dataRoot ?? places.dataRoot(settings, config);
  return {
    version,
    build,
    manager: serviceFacts.manager,
    services: serviceFacts.services,
    config,
    settings,
    info: answer?.info ?? null,
    containers: answer?.containers ?? [],
    dataRoot: probeDataRoot(dataRoot, serviceFacts.pid !== null),
  };
}

let known: Pick<DockerFacts, 'version' | 'build'> | undefined;

/** Reading a program of a hundred megabytes takes its time, and it stays the same for as long as a run takes. */
async function probeProgram(path: string): Promise<Pick<DockerFacts, 'version' | 'build'>> {
  known ??= { version: parseDockerdVersion(await read(dockerdVersion())), build: probeBuild(path) };
  return known;
}
