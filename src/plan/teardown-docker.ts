import { isOnStore } from '../engines/docker/daemon-json.ts';
import type { DockerFacts } from '../model/docker.ts';
import { removeTree } from '../tools/file-commands.ts';
import { not } from './condition.ts';
import { isLost, REMOVING, type Return } from './docker-return.ts';
import { removeKeptStep } from './keep-steps.ts';
import { exec, step } from './make-step.ts';
import type { Step } from './step.ts';
/** Steps that remove what Docker made on the pool, once Docker runs without it. */
export function removalSteps(back: Return, moves: boolean): Step[] {
  const { docker, was, removing, leftOver, former, poolName } = back;
  const steps: Step[] = poolName === null || isOnStore(was.config.written) ? [] : [releaseStep(poolName)];
  const paths = docker.dataRoot.backups.map(({ path }) => path);
  if (moves) {
    const loss = describeLoss(docker, former !== null && was.dataRoot.carriesVolumes);
    steps.push(removeStep('remove-data', removing.backup, loss));
  }
  for (const path of paths.filter((each) => each.endsWith(REMOVING)))
    steps.push(removeStep(`remove:${path}`, path, 'what a teardown that was cut off had set aside to be removed'));
  const isHalf = paths.some((path) => path.endsWith('.partial'));
  if (isHalf && !(moves && removing.later === removing.backup))
    steps.push({ ...removeStep('remove-later', removing.later, 'what Docker made since'), onlyIfNeeded: true });
  if (paths.includes(leftOver))
    steps.push(removeStep('remove-left-over', leftOver, 'what dmtool cleanup had begun to remove'));
  const { backup, before } = was.config;
  if (backup !== null && before !== null && docker.config.backups.includes(backup)) {
    steps.push(
      step({
        id: 'config-copy',
        title: `Remove the copy ${backup}`,
        do: { kind: 'remove-file', path: backup },
        done: not({ is: 'file-present', path: backup }),
      }),
    );
  }
  if (was.images !== undefined && !isLost(back)) steps.push(removeKeptStep(was.images.directory));
  return steps.map((each) => ({ ...each, final: 'begun' }));
}

const removeStep = (id: string, backup: string, destroys: string): Step =>
  step({
    id,
    title: `Remove ${backup}`,
    do: exec(removeTree(backup)),
    destroys,
    done: not({ is: 'set-aside', backup }),
  });

const releaseStep = (poolName: string): Step =>
  step({
    id: 'release-pool',
    title: `Remove the devices that Docker left on ${poolName}`,
    do: { kind: 'release-pool', poolName },
    done: { is: 'pool-released', poolName },
    onlyIfNeeded: true,
  });

function describeLoss({ containers, dataRoot }: DockerFacts, keepsVolumes: boolean): string {
  const others = dataRoot.drivers.filter((driver) => driver !== 'devicemapper');
  const parts = [
    ...(others.length > 0 ? [`what the driver ${others.join(', ')} left beside it`] : []),
    ...(containers.length > 0 ? [`containers ${containers.map(({ name }) => name).join(', ')}`] : []),
    ...(dataRoot.images.length > 0 ? [`images ${dataRoot.images.join(', ')}`] : []),
    ...(dataRoot.volumes.length > 0 && !keepsVolumes ? [`volumes ${dataRoot.volumes.join(', ')}`] : []),
  ];
  return `what Docker holds on the pool: ${parts.length > 0 ? parts.join('; ') : 'no containers, images or volumes'}`;
}
