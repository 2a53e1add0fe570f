import type { Argv } from './argv.ts';
import { UnreadableOutput } from './unreadable.ts';

/** dockerd(8): prints a line and ends; no daemon is asked. */
export const dockerdVersion = (): Argv => ['dockerd', '--version'];

/**
 * Reads `Docker version 20.10.24+dfsg1, build 5d6db84`.
 * @throws UnreadableOutput
 */
export function parseDockerdVersion(text: string): string {
  const version = /^Docker version ([^\s,]+)/.exec(text)?.[1];
  if (version === undefined) throw new UnreadableOutput('dockerd --version', 'no version', text);
  return version;
}

/** journalctl(1): the last that Docker said, without times and names before it. */
export const journalTail = (lines: number): Argv => [
  ...(['journalctl', '--unit', 'docker.service'] as const),
  ...['--lines', String(lines), '--output', 'cat', '--no-pager'],
];

/** docker-start(1), by name or id. */
export const dockerStart = (containers: readonly string[]): Argv => ['docker', 'start', '--', ...containers];

/** docker-stop(1): each container gets its own stop timeout before it is killed. */
export const dockerStop = (containers: readonly string[]): Argv => ['docker', 'stop', '--', ...containers];
