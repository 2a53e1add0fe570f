import type { ConfigFile, DockerFacts, SettingsFile } from '../../model/docker.ts';
import type { Launcher } from '../launcher.ts';
import { findProgram } from '../programs.ts';
import { probeConfig } from './config.ts';
import { probeDataRoot } from './data-root.ts';
import { followLinks } from './links.ts';
import { type DockerProgram, probeProgram } from './program.ts';
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
 * @param known from an earlier look at the same host: that much need not be found out again
 * @returns null: there is no Docker here
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput, ProgramMissing: then nothing is known
 */
export async function probeDocker(
  places: DockerPlaces,
  launcher: Launcher,
  known?: DockerProgram,
): Promise<DockerFacts | null> {
  const program = findProgram('dockerd');
  if (program === undefined) return null;
  const found = await probeServices(launcher);
  const { manager, services, pid, isStray } = found;
  const settings = probeSettings(found);
  const config = probeConfig(places.config(settings));
  const socketPath = mayBeAsked(found) ? places.socket(settings, config) : null;
  const answer = socketPath === null ? null : await askDaemon(socketPath);
  const idleRoot = places.dataRoot(settings, config);
  const running = answer !== null && pid !== null ? { pid, version: answer.version } : null;
  const { version, build } = known ?? (await probeProgram(program, running, launcher));
  return {
    version,
    build,
    manager,
    services,
    config,
    settings,
    info: answer?.info ?? null,
    containers: answer?.containers ?? [],
    dataRoot: probeDataRoot(answer?.info.dataRoot ?? idleRoot, pid !== null),
    idleRoot: followLinks(idleRoot),
    isStray,
    startsAfter: found.unit?.startsAfter ?? null,
  };
}
