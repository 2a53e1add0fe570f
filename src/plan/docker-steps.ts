import type { Host } from '../model/host.ts';
import { dockerStart } from '../tools/docker-commands.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { configFileSteps, fileAs } from './config-file-steps.ts';
import { carryStep, clearUndo, notAside, releaseRootUndo, releaseSteps, setAsideStep } from './data-root-steps.ts';
import { type DockerSite, isDockerAsWanted } from './docker-site.ts';
import { awaitAnswer, STOPPED, settleUndo, stopContainersUndo, stopSteps } from './docker-stop.ts';
import { exec, step } from './make-step.ts';
import type { Action, Step, Undo } from './step.ts';
/** Steps 2 and 12 to 15 of the documented procedure; none when Docker already runs as wanted. */
export function dockerSteps(host: Host, site: DockerSite): Step[] {
  if (isDockerAsWanted(host, site)) return closingSteps(host, site);
  const { place, owns, carryFrom } = site;
  const { path: root, isMountPoint } = owns.dataRoot;
  const { realPath, content } = site.docker.config;
  const between = [
    ...(place || carryFrom !== null ? releaseSteps({ root, isMountPoint }) : []),
    ...(place ? [setAsideStep(place, carryFrom)] : []),
    ...(carryFrom === null ? [] : [carryStep(carryFrom, root, site.docker.dataRoot.isEmpty)]),
    ...configSteps(site),
  ];
  const isBack = all(fileAs(realPath, content), ...(place ? [notAside(place)] : []));
  return [
    ...stopSteps(site.docker, isBack),
    ...between.filter(({ done, onlyIfNeeded }) => onlyIfNeeded || !holds(done, host)),
    ...startSteps(site),
  ];
}

/** A run that was killed at its very end: what is left of it, or the look that closes its record. */
function closingSteps(host: Host, { isUnfinished, owns, expect }: DockerSite): Step[] {
  if (!isUnfinished) return [];
  const restart = startContainersStep(owns.restart);
  return holds(restart.done, host) ? [answerStep(awaitAnswer, expect)] : [restart];
}

/** Keeps the old daemon.json and writes the new one. */
const configSteps = ({ docker, config, owns }: DockerSite): Step[] =>
  configFileSteps({ keep: 'keep-config', write: 'daemon-json' }, docker.config, config.text, owns.config);

function startSteps({ docker, intent, target, owns, expect, place, carryFrom, isPoolUnused }: DockerSite): Step[] {
  const { manager, services } = docker;
  const names = services.map(({ name }) => name);
  const { realPath: root, isEmpty } = docker.dataRoot;
  return [
    step({
      id: 'start-docker',
      title: 'Start Docker',
      do: { kind: 'service', verb: 'start', manager, names },
      undo: [
        // One that begins on an empty data root has no containers yet.
        ...(place === null ? settleUndo(docker) : []),
        ...stopContainersUndo(docker, owns.restart),
        { when: not(STOPPED), do: { kind: 'service', verb: 'stop', manager, names } },
        releaseRootUndo({ root: owns.dataRoot.path, isMountPoint: owns.dataRoot.isMountPoint }),
        ...('poolName' in target ? [releaseUndo(target.poolName)] : []),
        ...(target.kind === 'direct-lvm' && isPoolUnused ? [emptyPoolUndo(target.poolName, owns.dataRoot.path)] : []),
        ...(isEmpty && place === null && carryFrom === null ? [clearUndo(root)] : []),
      ],
      done: all(not(STOPPED), ...expect),
      expect: [],
    }),
    answerStep({ ...awaitAnswer, deadlineMs: intent.startDeadlineMs }, expect),
    ...(owns.restart.length > 0 ? [startContainersStep(owns.restart)] : []),
  ];
}

const answerStep = (wait: Action, expect: readonly Condition[]): Step =>
  step({
    id: 'await-docker',
    title: 'Wait until Docker answers',
    do: wait,
    done: all(not(STOPPED), ...expect),
    expect,
  });

/** LVM gives up no pool that an engine's thin devices hold. */
const releaseUndo = (poolName: string): Undo => ({
  when: not({ is: 'pool-released', poolName }),
  needs: STOPPED,
  do: { kind: 'release-pool', poolName },
});

/** A pool that stood there unused is unused again: Docker takes no other. */
const emptyPoolUndo = (poolName: string, root: string): Undo => ({
  when: not({ is: 'pool-unused', poolName }),
  needs: all(STOPPED, { is: 'pool-released', poolName }),
  do: { kind: 'empty-pool', poolName, root },
});

/** Containers that ran run again, restart policy or not. */
const startContainersStep = (names: readonly string[]): Step =>
  step({
    id: 'start-containers',
    title: `Start the containers ${names.join(', ')}`,
    do: exec(dockerStart(names)),
    done: { is: 'containers-run', names },
  });
