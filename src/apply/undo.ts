import type { Host } from '../model/host.ts';
import { holds } from '../plan/condition.ts';
import type { Step, Undo } from '../plan/step.ts';
import type { Machine } from './machine.ts';
import type { Emit, Failure, Leftover, Outcome } from './outcome.ts';

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
  const isThere = ({ when, still }: Undo, host: Host): boolean =>
    holds(when, host) || (still !== undefined && before !== null && holds(when, before) && holds(still, host));
  const left: (Leftover & Undo)[] = [];
  const stuck = new Set<Step>();
  let now = before;
  for (const entry of entries) {
    const { step, needs, do: action } = entry;
    // What can't be seen may be somebody else's: it is left, and told.
    if (now !== null && !isThere(entry, now)) continue;
    // Within a step one action clears the way for the next: dd must not zero a PV that pvremove refused to give up.
    if (now === null || stuck.has(step) || (needs && !holds(needs, now))) {
      left.push({ ...entry, remove: action, error: null });
      stuck.add(step);
      continue;
    }
    emit({ kind: 'undoing', step, action });
    const error = await machine.perform(action).then(
      () => null,
      (reason: Error) => reason,
    );
    now = await lookOrNull(machine);
    // A program that failed after its work left nothing behind.
    if (now !== null && !isThere(entry, now)) continue;
    left.push({ ...entry, remove: action, error });
    stuck.add(step);
  }
  const last = now;
  const leftovers: Leftover[] = left
    .filter((entry) => last === null || isThere(entry, last))
    .map(({ step, remove, error }) => ({ step, remove, error }));
  return leftovers.length === 0
    ? { kind: 'undone', failure, destroyed }
    : { kind: 'partly-done', way: 'back', failure, destroyed, leftovers };
}

const lookOrNull = (machine: Machine): Promise<Host | null> => machine.lookAtAll().catch(() => null);
