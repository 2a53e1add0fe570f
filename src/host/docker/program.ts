import { statSync } from 'node:fs';
import type { DockerFacts } from '../../model/docker.ts';
import { dockerdVersion } from '../../tools/docker-commands.ts';
import { parseDockerdVersion } from '../../tools/docker-version.ts';
import type { Launcher } from '../launcher.ts';
import { read } from '../run.ts';
import { probeBuild } from './build.ts';

/** What does not change as long as nobody installs another Docker. */
export type DockerProgram = Pick<DockerFacts, 'version' | 'build'>;

/**
 * Looks at dockerd's program.
 * @param running what the running daemon says of itself
 */
export async function probeProgram(
  path: string,
  running: { pid: number; version: string } | null,
  launcher: Launcher,
): Promise<DockerProgram> {
  // The program takes a while to start only to say its version; but the daemon may be older than what is installed now.
  const isSame = running !== null && isSameFile(path, `/proc/${running.pid}/exe`);
  const version = isSame ? running.version : parseDockerdVersion(await read(dockerdVersion(), launcher));
  return { version, build: probeBuild(path) };
}

function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
