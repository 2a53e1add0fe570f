import type { Host } from '../model/host.ts';
import { holds } from '../plan/condition.ts';
import type { Action, Step, Undo } from '../plan/step.ts';
import type { Machine } from './machine.ts';
import type { Emit, Failure, Leftover, Outcome } from './outcome.ts';

type Entry = Undo & { step: Step };

/**
 * Takes back what the started steps left behind, last in, first out. What is there is looked at, not concluded: a step
 * that failed may have done its work, half of it, or nothing.
 */
export async function undo(
  failure: Failure,
  started: readonly Step[],
  machine: Machine,
  emit: Emit,
): Promise<Extract<Outcome, { kind: 'undone' | 'partly-done' }>> {
  const entries = started.toReversed().flatMap((step) => step.undo.map((each) => ({ step, ...each })));
  if (entries.length > 0) emit({ kind: 'undo-started' });
  const before = started.length > 0 ? await lookOrNull(machine) : null;
  const isSpared = ({ spared }: Step): boolean => spared !== undefined && before !== null && holds(spared, before);
  const destroyed = started
    .filter((step) => step.id.startsWith('wipefs:') && !isSpared(step))
    .map(({ destroys }) => destroys ?? '');
  const leftovers = await takeBack(entries, before, machine, emit);
  return leftovers.length === 0
    ? { kind: 'undone', failure, destroyed }
    : { kind: 'partly-done', way: 'back', failure, destroyed, leftovers };
}

/** Performs what is to be undone, in order. @returns what is there still in the end */
async function takeBack(
  entries: readonly Entry[],
  before: Host | null,
  machine: Machine,
  emit: Emit,
): Promise<Leftover[]> {
  const left: { entry: Entry; remove: Action; error: Error | null }[] = [];
  const stuck = new Set<Step>();
  const leave = (entry: Entry, error: Error | null, remove: Action = entry.do): void => {
    // What clears the way leaves nothing behind, and keeps nothing from being tried.
    if (entry.eases) return;
    left.push({ entry, remove, error });
    stuck.add(entry.step);
  };
  /** Nobody tried it. */
  const spare = (entry: Entry, error: Error | null): void =>
    leave(entry, error ?? (entry.instead ? new Error(entry.instead.why) : null), entry.instead?.do);
  let now = before;
  for (const entry of entries) {
    const unread = unreadDisk(entry, now);
    // What can't be seen may be somebody else's: it is left, and told.
    if (unread === null && now !== null && !isThere(entry, now, before)) continue;
    // Within a step one action clears the way for the next: dd must not zero a PV that pvremove refused to give up.
    if (unread !== null || now === null || stuck.has(entry.step) || isUnsafe(entry, now)) {
      spare(entry, unread);
      continue;
    }
    emit({ kind: 'undoing', step: entry.step, action: entry.do });
    const error = await attempt(entry.do, machine);
    now = await lookOrNull(machine);
    // A program that failed after its work left nothing behind.
    if (now === null || isThere(entry, now, before)) leave(entry, error);
  }
  const last = now;
  return left
    .filter(({ entry }) => last === null || isThere(entry, last, before) || unreadDisk(entry, last) !== null)
    .map(({ entry, remove, error }) => ({ step: entry.step, remove, error }));
}

const isUnsafe = ({ needs }: Undo, host: Host): boolean => needs !== undefined && !holds(needs, host);

/** A disk of the run that has failed since it began, as the reason why nothing is known of what lies on it. */
function unreadDisk({ onDisks }: Undo, host: Host | null): Error | null {
  const failed = onDisks && host?.devices.find(({ kind }) => kind === 'unreadable' || kind === 'absent');
  if (!failed) return null;
  return new Error(`${failed.asked} can't be read now: this may be there still, and be seen again with the disk`);
}

const isThere = ({ when, still }: Undo, host: Host, before: Host | null): boolean =>
  holds(when, host) || (still !== undefined && before !== null && holds(when, before) && holds(still, host));

const attempt = (action: Action, machine: Machine): Promise<Error | null> =>
  machine.perform(action).then(
    () => null,
    (reason: Error) => reason,
  );

const lookOrNull = (machine: Machine): Promise<Host | null> => machine.lookAtAll().catch(() => null);
