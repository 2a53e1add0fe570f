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
  const missed: StepFailed[] = [];
  const result = await runSteps(plan, machine, emit, interrupted, { started, missed });
  const outcome = await conclude(result, plan, { started, missed }, machine, emit);
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

type StepFailed = Extract<Failure, { kind: 'step-failed' }>;

/** How far a run has come. */
interface Progress {
  started: Step[];
  /** What failed, and nobody needed for the rest. */
  missed: StepFailed[];
}

async function conclude(
  result: { host: Host } | Failure,
  plan: Plan,
  { started, missed }: Progress,
  machine: Machine,
  emit: Emit,
): Promise<Outcome> {
  // What came about all the same, or is known to be lost, is done with.
  const [first] = 'host' in result ? missed.filter(({ step }) => !holds(step.done, result.host)) : missed;
  if ('host' in result && first === undefined) return { kind: 'done', host: result.host };
  const failure = 'host' in result ? (first as StepFailed) : result;
  if (!(await isPastReturn(failure, started, machine))) return undo(failure, started, machine, emit);
  const host = await machine.lookAtAll().catch(() => undefined);
  const leftovers = remaining(plan, [failure, ...missed], host);
  return { kind: 'partly-done', way: 'forward', failure, destroyed: [], leftovers, ...(host && { host }) };
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
function remaining({ steps }: Plan, failures: readonly Failure[], host: Host | undefined): Leftover[] {
  const failed = failures.filter(({ kind }) => kind === 'step-failed') as StepFailed[];
  return steps
    .filter((step) => isFinal(step) && (host === undefined || !holds(step.done, host)))
    .map((step) => ({
      step,
      remove: step.do,
      error: failed.find((failure) => failure.step === step)?.error ?? null,
    }));
}

/** @param progress is filled as steps begin: undo must know of the one that failed, too. */
async function runSteps(
  plan: Plan,
  machine: Machine,
  emit: Emit,
  interrupted: () => boolean,
  { started, missed }: Progress,
): Promise<{ host: Host } | Failure> {
  let host: Host | undefined;
  for (const step of plan.steps) {
    const isTooLate = started.some(isFinal);
    if (!isTooLate && interrupted()) return { kind: 'interrupted' };
    emit({ kind: 'step-started', step });
    try {
      host = await runStep(step, host, started, { machine, emit, interrupted });
    } catch (error) {
      host = undefined;
      emit({ kind: 'step-failed', step, error: error as Error });
      // A run that is taken up again may begin past that point.
      const isPast = isTooLate || started.every(isFinal);
      if (!(step.isApart && isPast)) return failureOf(step, error as Error, interrupted());
      missed.push({ kind: 'step-failed', step, error: error as Error });
    }
  }
  const sought = plan.steps.filter((step) => missed.every((failure) => failure.step !== step));
  const result = await verify(sought, machine, host);
  if (started.some(isFinal)) return result;
  // The operator was told that the run will be undone, even when the wish came in the last step.
  return interrupted() ? { kind: 'interrupted' } : result;
}

/** @returns the host as it was seen, where the step has not changed it */
async function runStep(
  step: Step,
  seen: Host | undefined,
  started: Step[],
  { machine, emit, interrupted }: { machine: Machine; emit: Emit; interrupted: () => boolean },
): Promise<Host | undefined> {
  if (step.onlyIfNeeded) {
    const host = seen ?? (await machine.look());
    if (holds(step.done, host)) {
      emit({ kind: 'step-ended', step, state: 'skipped' });
      return host;
    }
  }
  started.push(step);
  await machine.perform(step.do, interrupted, (doneBytes, totalBytes) =>
    emit({ kind: 'bytes-gone', step, doneBytes, totalBytes }),
  );
  emit({ kind: 'step-ended', step, state: 'done' });
  return undefined;
}

/** Who interrupts a wait ends it, and so does who interrupts the saving of images. */
const failureOf = (step: Step, error: Error, isInterrupted: boolean): Failure =>
  isInterrupted && (step.do.kind === 'await' || step.do.kind === 'save-images')
    ? { kind: 'interrupted' }
    : { kind: 'step-failed', step, error };

/** Nothing is done because it was sent: what each step expects must be seen. */
async function verify(
  steps: readonly Step[],
  machine: Machine,
  seen: Host | undefined,
): Promise<{ host: Host } | Failure> {
  let host: Host;
  try {
    const isAboutDevices = steps.some(({ expect }) => expect.some(({ is }) => is === 'device-blank'));
    host = isAboutDevices ? await machine.lookAtAll() : (seen ?? (await machine.look()));
  } catch (error) {
    return { kind: 'unreadable', error: error as Error };
  }
  for (const step of steps) {
    const condition = step.expect.find((each) => !holds(each, host));
    if (condition) return { kind: 'not-seen', step, condition };
  }
  return { host };
}
