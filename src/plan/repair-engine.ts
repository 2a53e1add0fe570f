import { configuredPool } from '../engines/docker/pool-of.ts';
import { type ContainerdFacts, isContainerdUp } from '../model/containerd.ts';
import { type DockerFacts, includesDaemon, isDockerUp, returningContainers } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { RepairOwnership } from '../model/repair.ts';
import { dockerStart } from '../tools/docker-commands.ts';
import { awaitSnapshotter, isDockerOnStore, READY, restartContainerd } from './activate-containerd.ts';
import { restartDocker } from './activate-engine.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { containerdService } from './containerd-steps.ts';
import { ANSWERS, awaitAnswer, STOPPED, stopSteps } from './docker-stop.ts';
import { exec, step } from './make-step.ts';
import { isBack } from './repair-keep.ts';
import type { Step } from './step.ts';

/** The engines that keep their containers on a pool. */
export interface PoolEngines {
  docker: DockerFacts | null;
  containerd: ContainerdFacts | null;
}

const RUNS: Condition = { is: 'containerd-runs' };

/** Who is on the pool: Docker by itself, containerd, or Docker through containerd. */
export function enginesOn({ docker, containerd }: Host, poolName: string): PoolEngines {
  const hasContainerd = containerd?.effective?.snapshotter['pool_name'] === poolName;
  const hasDocker = docker !== null && (isDockerOn(docker, poolName) || (hasContainerd && isDockerOnStore(docker)));
  return { docker: hasDocker ? docker : null, containerd: hasContainerd ? containerd : null };
}

const isDockerOn = ({ config, settings, info }: DockerFacts, poolName: string): boolean =>
  configuredPool(config, settings) === poolName || info?.driverStatus['Pool Name'] === poolName;

/** How the engines were before: they are to be so again. */
export function engineOwnership({
  docker,
  containerd,
}: PoolEngines): Pick<RepairOwnership, 'services' | 'restart' | 'containerdRan'> {
  const isUp = docker !== null && isDockerUp(docker);
  const services = isUp ? docker.services.filter(({ state }) => state === 'running' || state === 'starting') : [];
  return {
    services: services.map(({ name }) => name),
    restart: isUp ? returningContainers(docker) : [],
    containerdRan: containerd !== null && isContainerdUp(containerd),
  };
}

/** Steps that stop them; undone they come up again, once the pool is back. */
export function stopEngines({ docker, containerd }: PoolEngines, poolName: string, directory: string): Step[] {
  const needs = isBack(directory, poolName);
  return [
    ...(docker === null ? [] : stopSteps(docker, needs)),
    ...(containerd !== null && isContainerdUp(containerd)
      ? [
          step({
            id: 'stop-containerd',
            title: 'Stop containerd',
            do: containerdService('stop'),
            undo: [{ when: not(RUNS), needs, do: containerdService('restart') }],
            done: not(RUNS),
            expect: [],
          }),
        ]
      : []),
  ];
}

/** Steps that start again what ran before, and what had given up because of this pool. */
export function startEngines(
  host: Host,
  poolName: string,
  { services, restart, containerdRan }: RepairOwnership,
): Step[] {
  const steps = [
    ...(containerdRan ? startContainerd() : restartContainerd(host, [poolName])),
    ...(services.length > 0 ? startDocker(host, services, restart) : restartDocker(host, [poolName])),
  ];
  return steps.map((each) => ({ ...each, final: 'done' }));
}

const startContainerd = (): Step[] => [
  step({
    id: 'start-containerd',
    title: 'Start containerd',
    do: containerdService('restart'),
    done: READY,
    expect: [],
  }),
  awaitSnapshotter(),
];

function startDocker({ docker }: Host, services: readonly string[], restart: readonly string[]): Step[] {
  if (docker === null) return [];
  const start = step({
    id: 'start-docker',
    title: 'Start Docker',
    do: { kind: 'service', verb: 'start', manager: docker.manager, names: services },
    done: not(STOPPED),
    expect: [],
  });
  if (!includesDaemon(services)) return [start];
  const runs: Condition = { is: 'containers-run', names: restart };
  return [
    start,
    step({ id: 'await-docker', title: 'Wait until Docker answers', do: awaitAnswer, done: all(not(STOPPED), ANSWERS) }),
    ...(restart.length > 0
      ? [
          step({
            id: 'start-containers',
            title: `Start the containers ${restart.join(', ')}`,
            do: exec(dockerStart(restart)),
            done: runs,
          }),
        ]
      : []),
  ];
}

/** Of steps those that are still to be done. */
export const missing = (host: Host, steps: readonly Step[]): Step[] => steps.filter(({ done }) => !holds(done, host));
