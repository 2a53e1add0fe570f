import type { DockerFacts } from '../model/docker.ts';
import { isDockerUp, returningContainers, runningContainers } from '../model/docker.ts';
import { dockerStart, dockerStop } from '../tools/docker-commands.ts';
import { all, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Action, Step, Undo } from './step.ts';

/** For a daemon that ran before: it takes seconds. */
const RETURN_DEADLINE_MS = 120_000;

/** For one that is about to be stopped again. */
const SETTLE_DEADLINE_MS = 60_000;

export const STOPPED: Condition = { is: 'docker-stopped' };
export const ANSWERS: Condition = { is: 'docker-answers' };

/** Waits for the API. */
export const awaitAnswer: Extract<Action, { kind: 'await' }> = {
  kind: 'await',
  condition: ANSWERS,
  deadlineMs: RETURN_DEADLINE_MS,
};

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

const restartUndo = (names: readonly string[]): Undo[] =>
  names.length === 0
    ? []
    : [{ when: not({ is: 'containers-run', names }), needs: ANSWERS, do: exec(dockerStart(names)) }];
