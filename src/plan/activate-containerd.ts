import { isBlank, isOnStore } from '../engines/docker/daemon-json.ts';
import type { ContainerdFacts } from '../model/containerd.ts';
import { DOCKER_SERVICE, type DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { Condition } from './condition.ts';
import { containerdService } from './containerd-steps.ts';
import { ANSWERS, awaitAnswer } from './docker-stop.ts';
import { step } from './make-step.ts';
import type { Step } from './step.ts';

/** It is in containerd's list of plugins, and works. */
export const READY: Condition = { is: 'snapshotter', state: 'ok' };

/** It takes a moment; a plugin that fails says so at once. */
const READY_DEADLINE_MS = 60_000;

/** systemd says so of a service whose pool did not come within the time that its unit gives it. */
const AWAITED_IN_VAIN = /Dependency failed for containerd\.service/;

/** What it says itself once it is up. */
const CAME_UP = /containerd successfully booted/;

/**
 * Restarts a containerd that came up without its snapshotter, or did not come up, because its pool was not there; and the
 * Docker that keeps its containers in it.
 * @param poolNames of the pools that are there, or will be
 */
export function restartContainerd({ containerd, docker, activation }: Host, poolNames: readonly string[]): Step[] {
  if (containerd === null || activation === null) return [];
  const wanted = containerd.effective?.snapshotter['pool_name'];
  if (typeof wanted !== 'string' || !poolNames.includes(wanted)) return [];
  if (!missedPool(containerd, activation.containerdLog)) return [];
  return [
    step({
      id: 'restart-containerd',
      title: 'Restart containerd, which did not find its pool',
      do: containerdService('restart'),
      done: READY,
      expect: [],
    }),
    awaitSnapshotter(),
    ...(docker?.manager === 'systemd' && isDockerOnStore(docker) ? restartDocker() : []),
  ];
}

/** The snapshotter answers, or the run says that it does not. */
export const awaitSnapshotter = (): Step =>
  step({
    id: 'await-snapshotter',
    title: 'Wait until the devmapper snapshotter is ready',
    do: { kind: 'await', condition: READY, deadlineMs: READY_DEADLINE_MS },
    done: READY,
  });

const missedPool = ({ service, plugin }: ContainerdFacts, log: readonly string[]): boolean => {
  if (service?.state === 'running') return plugin !== 'ok';
  if (service?.state === 'failed') return true;
  const since = log.slice(log.findLastIndex((line) => CAME_UP.test(line)) + 1);
  return service?.state === 'stopped' && since.some((line) => AWAITED_IN_VAIN.test(line));
};

/** Whether it is told to keep its containers in containerd. */
export const isDockerOnStore = ({ config: { content } }: DockerFacts): boolean =>
  content !== null && !isBlank(content) && isOnStore(content);

/** It asks containerd for its snapshotters once, when it starts. */
const restartDocker = (): Step[] => [
  step({
    id: 'restart-docker',
    title: 'Restart Docker, which keeps its containers in it',
    do: { kind: 'service', verb: 'restart', manager: 'systemd', names: [DOCKER_SERVICE] },
    done: ANSWERS,
    expect: [],
  }),
  step({ id: 'await-docker', title: 'Wait until Docker answers', do: awaitAnswer, done: ANSWERS }),
];
