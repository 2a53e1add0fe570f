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
  const destroyed = started.filter(({ id }) => id.startsWith('wipefs:')).map(({ destroys }) => destroys ?? '');
  const entries = started.toReversed().flatMap((step) => step.undo.map((each) => ({ step, ...each })));
  if (entries.length === 0) return { kind: 'undone', failure, destroyed };
  emit({ kind: 'undo-started' });
  const before = await lookOrNull(machine);
  const errors = new Map<Undo['do'], Error>();
  for (const { step, when, do: action } of entries) {
    // When nothing can be seen, trying is better than leaving it: an undo of what is not there only fails.
    if (before !== null && !holds(when, before)) continue;
    emit({ kind: 'undoing', step, action });
    await machine.perform(action).catch((error: Error) => errors.set(action, error));
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
