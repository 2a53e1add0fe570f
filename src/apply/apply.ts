import type { Host } from '../model/host.ts';
import { holds } from '../plan/condition.ts';
import type { Plan, Step } from '../plan/step.ts';
import { closeRecords } from './close-records.ts';
import type { Machine } from './machine.ts';
import type { Emit, Failure, Leftover, Outcome } from './outcome.ts';
import { undo } from './undo.ts';

/**
 * Carries a plan out: writes down what it will own, runs the steps in order, reads everything back, and takes it all
 * back when a step fails, is not seen afterwards, or the operator interrupts.
 */
export async function apply(plan: Plan, machine: Machine, emit: Emit, interrupted: () => boolean): Promise<Outcome> {
  const earlier = machine.recordOwnership(plan.owns);
  const started: Step[] = [];
  const result = await runSteps(plan, machine, emit, interrupted, started);
  const outcome = await conclude(result, plan, started, machine, emit);
  try {
    if (outcome.kind === 'done') closeRecords(plan, machine);
    if (outcome.kind === 'undone' && !earlier) machine.forgetOwnership(plan.owns);
    // What a run before this one began is not this one's to take back: that run is unfinished still.
    if (outcome.kind === 'undone' && earlier) machine.recordOwnership(earlier);
  } catch (error) {
    // The machine is what counts: a journal that says too much is read again by the next run.
    emit({ kind: 'journal-stuck', error: error as Error });
  }
  return outcome;
}

async function conclude(
  result: { host: Host } | Failure,
  plan: Plan,
  started: readonly Step[],
  machine: Machine,
  emit: Emit,
): Promise<Outcome> {
  if ('host' in result) return { kind: 'done', host: result.host };
  if (!(await isPastReturn(result, started, machine))) return undo(result, started, machine, emit);
  const leftovers = await remaining(plan, result, machine);
  return { kind: 'partly-done', way: 'forward', failure: result, destroyed: [], leftovers };
}

/** A step that happens at once or not at all, and that failed, may have happened all the same. */
async function isPastReturn(failure: Failure, started: readonly Step[], machine: Machine): Promise<boolean> {
  const failing = failure.kind === 'step-failed' ? failure.step : undefined;
  const finals = started.filter(isFinal);
  if (finals.some((step) => step.final === 'begun' || step !== failing)) return true;
  const host = finals.length > 0 ? await machine.lookAtAll().catch(() => null) : null;
  return host !== null && finals.some(({ done }) => holds(done, host));
}

const isFinal = ({ final }: Step): boolean => final !== undefined;

/** Past the point of no return there is only forward: what is left is what the rest of the plan would have done. */
async function remaining({ steps }: Plan, failure: Failure, machine: Machine): Promise<Leftover[]> {
  const host = await machine.lookAtAll().catch(() => null);
  return steps
    .filter((step) => isFinal(step) && (host === null || !holds(step.done, host)))
    .map((step) => ({
      step,
      remove: step.do,
      error: failure.kind === 'step-failed' && failure.step === step ? failure.error : null,
    }));
}

/** @param started is filled as steps begin: undo must know of the one that failed, too. */
async function runSteps(
  plan: Plan,
  machine: Machine,
  emit: Emit,
  interrupted: () => boolean,
  started: Step[],
): Promise<{ host: Host } | Failure> {
  let host: Host | undefined;
  for (const step of plan.steps) {
    const isTooLate = started.some(isFinal);
    if (!isTooLate && interrupted()) return { kind: 'interrupted' };
    emit({ kind: 'step-started', step });
    try {
      if (step.onlyIfNeeded) {
        host ??= await machine.look();
        if (holds(step.done, host)) {
          emit({ kind: 'step-ended', step, state: 'skipped' });
          continue;
        }
      }
      started.push(step);
      host = undefined;
      await machine.perform(step.do, interrupted, (doneBytes, totalBytes) =>
        emit({ kind: 'bytes-gone', step, doneBytes, totalBytes }),
      );
      emit({ kind: 'step-ended', step, state: 'done' });
    } catch (error) {
      emit({ kind: 'step-failed', step, error: error as Error });
      return failureOf(step, error as Error, interrupted());
    }
  }
  const result = await verify(plan, machine, host);
  if (started.some(isFinal)) return result;
  // The operator was told that the run will be undone, even when the wish came in the last step.
  return interrupted() ? { kind: 'interrupted' } : result;
}

/** Who interrupts a wait ends it, and so does who interrupts the saving of images. */
const failureOf = (step: Step, error: Error, isInterrupted: boolean): Failure =>
  isInterrupted && (step.do.kind === 'await' || step.do.kind === 'save-images')
    ? { kind: 'interrupted' }
    : { kind: 'step-failed', step, error };

/** Nothing is done because it was sent: what each step expects must be seen. */
async function verify(plan: Plan, machine: Machine, seen: Host | undefined): Promise<{ host: Host } | Failure> {
  let host: Host;
  try {
    const isAboutDevices = plan.steps.some(({ expect }) => expect.some(({ is }) => is === 'device-blank'));
    host = isAboutDevices ? await machine.lookAtAll() : (seen ?? (await machine.look()));
  } catch (error) {
    return { kind: 'unreadable', error: error as Error };
  }
  for (const step of plan.steps) {
    const condition = step.expect.find((each) => !holds(each, host));
    if (condition) return { kind: 'not-seen', step, condition };
  }
  return { host };
}
