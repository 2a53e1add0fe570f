import type { Argv } from './argv.ts';

/** dockerd(8): its version, whether a daemon runs or not. */
export const dockerdVersion = (): Argv => ['dockerd', '--version'];

/** docker-start(1), by name or id. */
export const dockerStart = (containers: readonly string[]): Argv => ['docker', 'start', '--', ...containers];

/** docker-stop(1): each container gets its own stop timeout before it is killed. */
export const dockerStop = (containers: readonly string[]): Argv => ['docker', 'stop', '--', ...containers];
