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
  if (entries.length === 0) return { kind: 'undone', failure, destroyed };
  const errors = new Map<Undo['do'], Error>();
  const stuck = new Set<Step>();
  for (const { step, when, do: action } of entries) {
    // Within a step one action clears the way for the next: dd must not zero a PV that pvremove refused to give up.
    if (stuck.has(step)) continue;
    // What can't be seen may be somebody else's: it is left, and told.
    if (before === null || !holds(when, before)) continue;
    emit({ kind: 'undoing', step, action });
    await machine.perform(action).catch((error: Error) => {
      errors.set(action, error);
      stuck.add(step);
    });
  }
  const after = await lookOrNull(machine);
  const leftovers: Leftover[] = entries
    .filter(({ when }) => after === null || holds(when, after))
    .map(({ step, do: remove }) => ({ step, remove, error: errors.get(remove) ?? null }));
  return leftovers.length === 0
    ? { kind: 'undone', failure, destroyed }
    : { kind: 'partly-done', failure, destroyed, leftovers };
}

const lookOrNull = (machine: Machine): Promise<Host | null> => machine.lookAtAll().catch(() => null);
