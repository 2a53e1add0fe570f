import type { DockerFacts } from '../model/docker.ts';
import { isDockerUp, returningContainers, runningContainers } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { dockerStart, dockerStop } from '../tools/docker-commands.ts';
import { clearDirectory } from '../tools/file-commands.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { configFileSteps, fileAs } from './config-file-steps.ts';
import { type DockerSite, isDockerAsWanted } from './docker-site.ts';
import { exec, step } from './make-step.ts';
import type { Action, Place, Step, Undo } from './step.ts';

/** For a daemon that ran before: it takes seconds. */
const RETURN_DEADLINE_MS = 120_000;

/** For one that is about to be stopped again. */
const SETTLE_DEADLINE_MS = 60_000;

/** Shims unmount their containers after the daemon is gone. */
const QUIET_DEADLINE_MS = 30_000;

export const STOPPED: Condition = { is: 'docker-stopped' };
export const ANSWERS: Condition = { is: 'docker-answers' };

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

/**
 * Stops Docker, and says how it comes up again as it was.
 * @param needs what must hold before it may come up again: never on settings, or beside data, that could not be brought back
 */
export function stopSteps(docker: DockerFacts, needs: Condition): Step[] {
  if (!isDockerUp(docker)) return [];
  const { manager, services } = docker;
  const names = services.map(({ name }) => name);
  const isUp = services.some(
    ({ name, state }) => name !== 'docker.socket' && state !== 'stopped' && state !== 'failed',
  );
  // A service that ran needs its socket, whose failure has to be forgotten with its own.
  const ran = isUp ? names : names.filter((name) => name === 'docker.socket');
  const back: Undo[] = [
    { when: STOPPED, needs, do: { kind: 'service', verb: 'start', manager, names: ran } },
    // One that did not answer before need not answer again.
    ...(docker.info === null ? [] : [{ when: not(ANSWERS), needs: not(STOPPED), do: awaitAnswer }]),
  ];
  const containers = runningContainers(docker);
  // One that goes for good when it stops can't be asked back.
  const restart = restartUndo(returningContainers(docker));
  const goFirst = containers.length > 0 && containersGoFirst(docker);
  return [
    ...(goFirst
      ? [
          step({
            id: 'stop-containers',
            title: `Stop the containers ${containers.join(', ')}`,
            do: exec(dockerStop(containers)),
            undo: restart,
            done: { is: 'no-container-runs' },
            expect: [],
          }),
        ]
      : []),
    step({
      id: 'stop-docker',
      title: `Stop Docker${goFirst || containers.length === 0 ? '' : `, and with it ${containers.join(', ')}`}`,
      do: { kind: 'service', verb: 'stop', manager, names },
      undo: [...back, ...restart],
      done: STOPPED,
      expect: [],
    }),
  ];
}

/**
 * Whether containers must be stopped before the daemon: with live-restore they would run on while their files are moved
 * away, and init scripts kill a daemon that is not through with its containers in ten seconds, and say that all is well.
 */
const containersGoFirst = ({ manager, info }: DockerFacts): boolean =>
  manager === 'sysv' || info === null || info.liveRestore;

/** The same where a run that started them is taken back. */
export const stopContainersUndo = (docker: DockerFacts, containers: readonly string[]): Undo[] =>
  containers.length > 0 && containersGoFirst(docker)
    ? [{ when: not({ is: 'no-container-runs' }), do: exec(dockerStop(containers)) }]
    : [];

/**
 * A daemon that is only coming up has containers up already, and can't be asked to stop them yet: it is waited for, so
 * that they are not left behind, running from a data root that is to be moved.
 */
export const settleUndo = (docker: DockerFacts): Undo[] =>
  containersGoFirst(docker)
    ? [{ when: all(not(STOPPED), not(ANSWERS)), eases: true, do: { ...awaitAnswer, deadlineMs: SETTLE_DEADLINE_MS } }]
    : [];

/** Nothing lies in the backup, and nothing is on its way there. */
export const notAside = ({ backup }: Place): Condition =>
  all(not({ is: 'set-aside', backup }), not({ is: 'set-aside', backup: `${backup}.partial` }));

/** Waits for the API. */
export const awaitAnswer: Extract<Action, { kind: 'await' }> = {
  kind: 'await',
  condition: ANSWERS,
  deadlineMs: RETURN_DEADLINE_MS,
};

const restartUndo = (names: readonly string[]): Undo[] =>
  names.length === 0
    ? []
    : [{ when: not({ is: 'containers-run', names }), needs: ANSWERS, do: exec(dockerStart(names)) }];

/** What Docker and its containers left mounted is gone before anything is moved. */
export const releaseSteps = ({ root, isMountPoint }: Pick<Place, 'root' | 'isMountPoint'>): Step[] => [
  step({
    id: 'release-root',
    title: `Unmount what Docker left mounted over itself in ${root}`,
    do: { kind: 'release-root', root, isMountPoint },
    done: { is: 'data-root-released' },
    expect: [],
    onlyIfNeeded: true,
  }),
  step({
    id: 'quiet-root',
    title: `See that nothing is mounted in ${root} any more`,
    do: { kind: 'await', condition: { is: 'data-root-quiet' }, deadlineMs: QUIET_DEADLINE_MS },
    done: { is: 'data-root-quiet' },
    expect: [],
    onlyIfNeeded: true,
  }),
];

/** A start that failed leaves the data root mounted over itself: then nothing can be moved back. */
export const releaseRootUndo = ({ root, isMountPoint }: Pick<Place, 'root' | 'isMountPoint'>): Undo => ({
  when: not({ is: 'data-root-released' }),
  needs: STOPPED,
  do: { kind: 'release-root', root, isMountPoint },
});

/** How a data root comes back from where it was set aside: what took its place goes, then it is renamed back. */
const bringBackUndo = (place: Place, carryFrom: string | null): Undo[] => {
  const aside: Condition = { is: 'set-aside', backup: place.backup };
  const halfAside: Condition = { is: 'set-aside', backup: `${place.backup}.partial` };
  const isEmpty: Condition = { is: 'data-root-empty' };
  const bringBack: Action = { kind: 'bring-back', ...place };
  // Volumes that were taken over are cleared with nothing else: they are back in the backup first.
  const safe = carryFrom === null ? STOPPED : all(STOPPED, { is: 'volumes-aside', backup: carryFrom });
  return [
    { when: all(aside, not(isEmpty)), needs: safe, do: exec(clearDirectory(place.root)) },
    { when: aside, needs: all(STOPPED, isEmpty), do: bringBack },
    { when: halfAside, needs: STOPPED, do: bringBack },
  ];
};

const setAsideStep = (place: Place, carryFrom: string | null): Step =>
  step({
    id: 'set-aside',
    title: `Move what lies in ${place.root} to ${place.backup}`,
    do: { kind: 'set-aside', ...place },
    undo: bringBackUndo(place, carryFrom),
    done: { is: 'set-aside', backup: place.backup },
  });

function carryStep(backup: string, root: string, wasEmpty: boolean): Step {
  const carried = all({ is: 'set-aside', backup }, not({ is: 'volumes-aside', backup }));
  const [aside, taken] = [`${backup}/volumes`, `${root}/volumes`];
  return step({
    id: 'carry-volumes',
    title: `Take the volumes over into ${root}`,
    do: { kind: 'move', from: aside, to: taken },
    undo: [
      { when: carried, needs: STOPPED, do: { kind: 'move', from: taken, to: aside } },
      ...(wasEmpty ? [clearUndo(root, { is: 'volumes-aside', backup })] : []),
    ],
    done: carried,
  });
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

/** Where nothing lay before, what Docker made goes again: its metadata would be of a pool that is gone. */
export const clearUndo = (root: string, ...needs: readonly Condition[]): Undo => ({
  when: not({ is: 'data-root-empty' }),
  needs: all(STOPPED, ...needs),
  do: exec(clearDirectory(root)),
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
