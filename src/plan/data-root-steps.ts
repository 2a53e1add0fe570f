import { clearDirectory } from '../tools/file-commands.ts';
import { all, type Condition, not } from './condition.ts';
import { STOPPED } from './docker-stop.ts';
import { exec, step } from './make-step.ts';
import type { Action, Place, Step, Undo } from './step.ts';

/** Shims unmount their containers after the daemon is gone. */
const QUIET_DEADLINE_MS = 30_000;

/** Nothing lies in the backup, and nothing is on its way there. */
export const notAside = ({ backup }: Place): Condition =>
  all(not({ is: 'set-aside', backup }), not({ is: 'set-aside', backup: `${backup}.partial` }));

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

/** Moves a data root aside. */
export const setAsideStep = (place: Place, carryFrom: string | null): Step =>
  step({
    id: 'set-aside',
    title: `Move what lies in ${place.root} to ${place.backup}`,
    do: { kind: 'set-aside', ...place },
    undo: bringBackUndo(place, carryFrom),
    done: { is: 'set-aside', backup: place.backup },
  });

/** Moves volumes from a data root that is aside into the new one. */
export function carryStep(backup: string, root: string, wasEmpty: boolean): Step {
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

/** Where nothing lay before, what Docker made goes again: its metadata would be of a pool that is gone. */
export const clearUndo = (root: string, ...needs: readonly Condition[]): Undo => ({
  when: not({ is: 'data-root-empty' }),
  needs: all(STOPPED, ...needs),
  do: exec(clearDirectory(root)),
});
