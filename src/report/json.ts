import type { Failure, Outcome } from '../apply/outcome.ts';
import { CommandFailed } from '../host/errors.ts';
import { describeCondition } from '../plan/condition.ts';
import type { Refusal } from '../plan/refusal.ts';
import type { Plan } from '../plan/step.ts';
import { renderFailure } from './human.ts';
import { shellAction, shellLine } from './script.ts';

/** ECMAScript's JSON.rawJSON, which this TypeScript does not know yet: a number of any size, printed exactly. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** One JSON document, with every bigint as an exact number, and a newline. */
export const toJson = (document: unknown): string =>
  `${JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? rawJson(String(value)) : value), 2)}\n`;

/** A plan as data: what would be typed, what is destroyed, and what comes out of it. */
export const planDocument = (plan: Plan) => ({
  pool: plan.summary,
  warnings: plan.warnings,
  notes: plan.notes,
  steps: plan.steps.map(({ id, title, destroys, do: action }) => ({
    id,
    title,
    destroys,
    command: shellAction(action),
  })),
  undo: plan.undoCommand && shellLine(plan.undoCommand),
});

/** Refusals as data. */
export const refusalDocument = (refusals: readonly Refusal[]) => ({ refusals });

/** What failed and what is left of it, as data. */
export const failureDocument = (outcome: Extract<Outcome, { kind: 'undone' | 'partly-done' }>) => ({
  failure: {
    ...failureFacts(outcome.failure),
    destroyed: outcome.destroyed,
    leftovers:
      outcome.kind === 'undone'
        ? []
        : outcome.leftovers.map(({ step, remove, error }) => ({
            step: step.id,
            remove: shellAction(remove),
            message: error?.message ?? null,
          })),
  },
});

function failureFacts(failure: Failure) {
  const facts = {
    kind: failure.kind,
    message: renderFailure(failure),
    step: null,
    command: null,
    stderr: null,
    expected: null,
  };
  if (failure.kind === 'not-seen')
    return { ...facts, step: failure.step.id, expected: describeCondition(failure.condition) };
  if (failure.kind !== 'step-failed') return facts;
  const { step, error } = failure;
  const command = error instanceof CommandFailed ? { command: shellLine(error.argv), stderr: error.stderr } : {};
  return { ...facts, step: step.id, ...command };
}
