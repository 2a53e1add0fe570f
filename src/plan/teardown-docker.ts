import { isOnStore } from '../engines/docker/daemon-json.ts';
import { restoreDaemonJson } from '../engines/docker/daemon-json-restore.ts';
import type { DockerFacts } from '../model/docker.ts';
import { includesDaemon } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { dmName } from '../model/lvm.ts';
import type { DockerOwnership, OwnershipRecord } from '../model/ownership.ts';
import { dockerStart } from '../tools/docker-commands.ts';
import { removeTree } from '../tools/file-commands.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { fileAs } from './config-file-steps.ts';
import { backupNames, freeName } from './docker-site.ts';
import {
  ANSWERS,
  awaitAnswer,
  clearUndo,
  notAside,
  releaseRootUndo,
  releaseSteps,
  STOPPED,
  settleUndo,
  stopContainersUndo,
  stopSteps,
} from './docker-steps.ts';
import { removeKeptStep } from './keep-steps.ts';
import { exec, step } from './make-step.ts';
import type { Place, Step } from './step.ts';

/** Docker as it is and as it was, for the way back. */
export interface Return {
  docker: DockerFacts;
  was: DockerOwnership;
  /** Where the data root's present contents go first, to be removed in the end. */
  removing: Required<Place>;
  /** What a cleanup that was cut off had still to remove. */
  leftOver: string;
  /** Where its former contents are; null: there were none, or they were cleaned up. */
  former: Place | null;
  /** daemon.json as it is to be; null: there is to be none. */
  config: string | null;
  poolName: string | null;
}

/** What the names end in of all that Docker made since, on its way out. */
const REMOVING = '.pool.removing';

/** Works out what Docker goes back to. */
export function surveyReturn(docker: DockerFacts, record: OwnershipRecord, was: DockerOwnership): Return {
  const { path: root, backup, isMountPoint } = was.dataRoot;
  const first = isMountPoint ? `${root}/docker.bk` : `${root}.bk`;
  const base = backup ?? first;
  const paths = docker.dataRoot.backups.map(({ path }) => path);
  const isThere = backup !== null && paths.some((path) => path === backup || path === `${backup}.partial`);
  // What came to lie in the root since, with a boot in between, goes beside what is aside already.
  const later = `${freeName(first, backupNames(docker.dataRoot))}${REMOVING}`;
  const begun = paths.find((path) => path.endsWith(`${REMOVING}.partial`))?.replace(/\.partial$/, '');
  const going = paths.includes(`${base}${REMOVING}`) ? later : `${base}${REMOVING}`;
  return {
    docker,
    was,
    removing: { root, backup: begun ?? going, isMountPoint, later },
    leftOver: `${base}.removing`,
    former: isThere ? { root, backup, isMountPoint, later } : null,
    config: restoreDaemonJson(docker.config.content, was.config.before, was.config.written),
    poolName: record.pool && dmName(record.pool.vg, record.pool.pool),
  };
}

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

/** Whether what lies in the data root is to make room: never what a cut-off run had not yet moved, or had brought back. */
function mustMove({ docker, was, removing, former, poolName }: Return): boolean {
  const { backups, isEmpty, drivers, hasLoopFiles } = docker.dataRoot;
  const isThere = (path: string): boolean => backups.some((backup) => backup.path === path);
  if (isThere(`${removing.backup}.partial`)) return true;
  if (isEmpty) return false;
  if (former !== null) return !isThere(`${former.backup}.partial`);
  // containerd's store leaves nothing there that tells of a driver, on whichever snapshotter: daemon.json does.
  if (isOnStore(was.config.written)) return drivers.length === 0 && saysStore(docker) && !isBackOnStore(was);
  // What has come back already, with other drivers' data in it or with files of its own (loop-lvm), is not the pool's.
  return drivers.join() === 'devicemapper' && hasLoopFiles === (poolName === null);
}

const saysStore = ({ config: { content } }: DockerFacts): boolean => isOnStore(content ?? '');

/** Docker was told so before, too: what it had then was set aside, and is back. */
const isBackOnStore = ({ config: { before }, dataRoot: { backup } }: DockerOwnership): boolean =>
  isOnStore(before ?? '') && backup !== null;

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

/** Of the containers that ran, those that there are, as far as Docker can be asked. */
const present = ({ docker, was }: Return): string[] =>
  was.containers.filter((name) => docker.info === null || docker.containers.some((each) => each.name === name));

/** Neither aside nor brought back: somebody has removed what was there before. */
const isLost = (back: Return): boolean => back.former === null && (back.docker.dataRoot.isEmpty || mustMove(back));

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
