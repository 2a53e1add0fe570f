import { configuredPool } from '../engines/docker/pool-of.ts';
import type { DockerFacts } from '../model/docker.ts';
import { includesDaemon } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { all, not } from './condition.ts';
import { ANSWERS, awaitAnswer, STOPPED } from './docker-stop.ts';
import { step } from './make-step.ts';
import type { Step } from './step.ts';

/** What dockerd says of a pool that was not there yet; and what it says once it is up. */
const POOL_MISSED = /Non existing device ([^\s"]+)/;
/** systemd says so of a service whose pool did not come within the time that its unit gives it. */
const POOL_AWAITED_IN_VAIN = /Dependency failed for docker\.service/;
const CAME_UP = /Daemon has completed initialization/;

/**
 * Starts a Docker again that gave up because its pool was not there.
 * @param poolNames of the pools that are there, or will be
 */
export function restartDocker({ docker, activation }: Host, poolNames: readonly string[]): Step[] {
  if (docker === null || activation === null || !hasGivenUp(docker)) return [];
  const missed = missedPool(docker, activation.dockerLog);
  if (missed == null || !poolNames.includes(missed)) return [];
  const { manager, services } = docker;
  const names = services.map(({ name }) => name);
  return [
    step({
      id: 'start-docker',
      title: 'Start Docker, which did not find its pool',
      do: { kind: 'service', verb: 'start', manager, names },
      done: not(STOPPED),
      expect: [],
    }),
    step({ id: 'await-docker', title: 'Wait until Docker answers', do: awaitAnswer, done: all(not(STOPPED), ANSWERS) }),
  ];
}

const hasGivenUp = ({ info, services }: DockerFacts): boolean =>
  info === null &&
  services.some(({ name, state }) => includesDaemon([name]) && (state === 'failed' || state === 'stopped'));

/** The pool that the last start missed, when it has not come up since. */
function missedPool({ config, settings }: DockerFacts, log: readonly string[]): string | null | undefined {
  const since = log.slice(log.findLastIndex((line) => CAME_UP.test(line)) + 1);
  return since
    .map((line) => (POOL_AWAITED_IN_VAIN.test(line) ? configuredPool(config, settings) : POOL_MISSED.exec(line)?.[1]))
    .findLast((name) => name !== undefined);
}
