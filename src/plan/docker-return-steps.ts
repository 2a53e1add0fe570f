import { includesDaemon } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { dockerStart } from '../tools/docker-commands.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { fileAs } from './config-file-steps.ts';
import { clearUndo, notAside, releaseRootUndo, releaseSteps } from './data-root-steps.ts';
import { isLost, mustMove, present, type Return } from './docker-return.ts';
import { ANSWERS, awaitAnswer, STOPPED, settleUndo, stopContainersUndo, stopSteps } from './docker-stop.ts';
import { exec, step } from './make-step.ts';
import type { Place, Step } from './step.ts';
/** Steps that bring Docker back to where it was; nothing in them is lost, and each can be undone. */
export function returnSteps(host: Host, back: Return): Step[] {
  // daemon.json before the data: Docker, started by a boot in between, must not begin anything for the pool beside them.
  const between = [
    ...rootSteps(host, back),
    ...configSteps(back),
    ...(back.former ? [bringBackStep(back.former)] : []),
  ].filter(({ done, onlyIfNeeded }) => onlyIfNeeded || !holds(done, host));
  if (between.every(({ onlyIfNeeded }) => onlyIfNeeded))
    return startSteps(back, present(back)).filter(({ done }) => !holds(done, host));
  const { docker, removing, former } = back;
  // Volumes that go back with the former data are to be there again, too, before Docker comes up without them.
  const volumes = between.some(({ id }) => id === 'volumes-back') && former ? [former.backup] : [];
  const isBack = all(
    fileAs(docker.config.realPath, docker.config.content),
    notAside(removing),
    ...volumes.map((backup) => not({ is: 'volumes-aside', backup })),
  );
  const stop = stopSteps(docker, isBack);
  return [...stop, ...between, ...startSteps(back, back.was.containers)];
}

function rootSteps(host: Host, back: Return): Step[] {
  const { was, removing, former } = back;
  const steps: Step[] = [];
  const isEmpty: Condition = { is: 'data-root-empty' };
  const moved: Condition = { is: 'set-aside', backup: removing.backup };
  if (mustMove(back) || former) steps.push(...releaseSteps(removing));
  // While a move is half done the volumes are with what is moved: not taken over yet, or already given back.
  const isWhole = former !== null && holds({ is: 'set-aside', backup: former.backup }, host);
  if (was.dataRoot.carriesVolumes && isWhole && !holds({ is: 'volumes-aside', backup: former.backup }, host)) {
    const [taken, aside] = [`${removing.root}/volumes`, `${former.backup}/volumes`];
    steps.push(
      step({
        id: 'volumes-back',
        title: `Move the volumes back to ${former.backup}`,
        do: { kind: 'move', from: taken, to: aside },
        undo: [
          {
            when: { is: 'volumes-aside', backup: former.backup },
            needs: STOPPED,
            do: { kind: 'move', from: aside, to: taken },
          },
        ],
        done: { is: 'volumes-aside', backup: former.backup },
        expect: [],
      }),
    );
  }
  if (mustMove(back)) {
    const bringBack = { kind: 'bring-back', ...removing } as const;
    steps.push(
      step({
        id: 'set-aside',
        title: `Move what Docker made on the pool to ${removing.backup}`,
        do: { kind: 'set-aside', ...removing },
        undo: [
          { when: moved, needs: all(STOPPED, isEmpty), do: bringBack },
          { when: { is: 'set-aside', backup: `${removing.backup}.partial` }, needs: STOPPED, do: bringBack },
        ],
        done: moved,
        expect: [],
      }),
    );
  }
  return steps;
}

function bringBackStep(former: Place): Step {
  const aside: Condition = { is: 'set-aside', backup: former.backup };
  const back = all(not(aside), not({ is: 'set-aside', backup: `${former.backup}.partial` }));
  return step({
    id: 'bring-back',
    title: `Move ${former.backup} back to ${former.root}`,
    do: { kind: 'bring-back', ...former },
    undo: [{ when: not(aside), needs: STOPPED, do: { kind: 'set-aside', ...former } }],
    done: back,
  });
}

function configSteps({ docker, config }: Return): Step[] {
  const { realPath: path, content: now, mode, owner } = docker.config;
  // One that is gone is left so.
  if (config === now || now === null) return [];
  const done = fileAs(path, config);
  return [
    step({
      id: 'daemon-json',
      title: config === null ? `Remove ${path}` : `Write ${path} as it was`,
      do: config === null ? { kind: 'remove-file', path } : { kind: 'write-file', path, content: config, mode, owner },
      undo: [{ when: done, do: { kind: 'write-file', path, content: now, mode, owner } }],
      done,
    }),
  ];
}

/** Docker comes up as it was, with its containers, before anything is removed for good. */
function startSteps(back: Return, containers: readonly string[]): Step[] {
  const { docker, was } = back;
  const { manager } = docker;
  const { services: names } = was;
  if (names.length === 0) return [];
  const hasNothing = isLost(back);
  const start = step({
    id: 'start-docker',
    title: 'Start Docker',
    do: { kind: 'service', verb: 'start', manager, names },
    undo: [
      ...settleUndo(docker),
      ...stopContainersUndo(docker, containers),
      { when: not(STOPPED), do: { kind: 'service', verb: 'stop', manager, names } },
      releaseRootUndo({ ...was.dataRoot, root: was.dataRoot.path }),
      ...(hasNothing ? [clearUndo(was.dataRoot.path)] : []),
    ],
    done: not(STOPPED),
    expect: [],
  });
  if (!includesDaemon(names)) return [start];
  const answer = step({ id: 'await-docker', title: 'Wait until Docker answers', do: awaitAnswer, done: ANSWERS });
  if (containers.length === 0 || hasNothing) return [start, answer];
  const restart = step({
    id: 'start-containers',
    title: `Start the containers ${containers.join(', ')}`,
    do: exec(dockerStart(containers)),
    done: { is: 'containers-run', names: containers },
  });
  return [start, answer, restart];
}
