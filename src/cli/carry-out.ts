import { apply } from '../apply/apply.ts';
import { closeRecords } from '../apply/close-records.ts';
import { realMachine } from '../apply/machine.ts';
import type { Emit, Outcome } from '../apply/outcome.ts';
import { forgetInstalled, forgetOwnership, keepInstalled } from '../host/journal.ts';
import { openLauncher } from '../host/launcher.ts';
import type { Lock } from '../host/lock.ts';
import { probe } from '../host/probe.ts';
import type { ProbeScope } from '../host/probe-scope.ts';
import type { Host } from '../model/host.ts';
import type { Refusal } from '../plan/refusal.ts';
import type { Plan, Planned } from '../plan/step.ts';
import { isCutOff, tellUnfinished } from '../plan/unfinished.ts';
import { renderConsent, renderNotes, renderWarnings } from '../report/human.ts';
import { lineProgress, type Progress, silentProgress, verboseProgress } from '../report/progress.ts';
import { askConsent, canAsk } from './consent.ts';
import { watchInterrupts } from './interrupt.ts';
import { overdueTo } from './overdue.ts';
import { waitForLock } from './wait-for-lock.ts';
import { followWork } from './work-left.ts';

/** A changing command: what to look at, and how to plan on what was seen. */
export interface Request {
  purpose: string;
  scope: ProbeScope;
  plan: (host: Host) => Planned;
}

export interface CarryOutOptions {
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  verbose: boolean;
  /** 0: another dmtool that is at work is not waited for. */
  lockTimeoutMs: number;
  /** Progress, warnings and questions; never results. */
  say: (text: string) => void;
}

/** How a changing command ended, as data. */
export type Ending =
  | { kind: 'refused'; refusals: readonly Refusal[] }
  | { kind: 'planned'; plan: Plan }
  | { kind: 'nothing-to-do'; plan: Plan }
  | { kind: 'declined'; plan: Plan }
  | { kind: 'changed-meanwhile'; plan: Plan }
  | { kind: 'applied'; plan: Plan; outcome: Outcome };

/**
 * The one way through: look, plan, agree, lock, look again, apply. With --yes the lock comes first and one look is
 * enough; with a question in between, what was agreed to must still be the plan when the lock is held.
 */
export async function carryOut(request: Request, options: CarryOutOptions): Promise<Ending> {
  // Only root can take the lock; anybody else is refused by the plan, with what else stands against it.
  if (options.yes && !options.dryRun && process.geteuid?.() === 0) {
    await using lock = await lockFor(request, options);
    // Awaited here: a promise that is only returned leaves the block, and the lock with it, before anything was done.
    return await applyLocked(request, options, lock, undefined);
  }
  const host = await look(request.scope);
  const planned = tellUnfinished(request.plan(host), host);
  if (planned.kind === 'refused') return planned;
  const { plan } = planned;
  if (options.dryRun) return { kind: 'planned', plan };
  if (plan.steps.length === 0 && !isCutOff(host, plan)) return { kind: 'nothing-to-do', plan };
  if (plan.steps.length > 0) {
    if (!canAsk()) return { kind: 'refused', refusals: [noTerminal(plan)] };
    for (const warning of plan.warnings) options.say(renderWarnings([warning]));
    if (!(await askConsent(renderConsent(plan)))) return { kind: 'declined', plan };
  }
  await using lock = await lockFor(request, options);
  return await applyLocked(request, options, lock, plan);
}

const lockFor = ({ purpose }: Request, { lockTimeoutMs, say }: CarryOutOptions): Promise<Lock> =>
  waitForLock(purpose, lockTimeoutMs, say);

/** One look at the host, before anybody holds the lock. */
export async function look(scope: ProbeScope): Promise<Host> {
  await using launcher = openLauncher();
  return await probe(scope, launcher);
}

const noTerminal = (plan: Plan): Refusal => ({
  code: 'no-consent',
  subject: 'consent',
  reason: `there is no terminal to ask on, and ${plan.steps.length} steps would change this machine`,
  remedy: 'look at --dry-run, then run it again with --yes',
});

async function applyLocked(
  request: Request,
  options: CarryOutOptions,
  lock: Lock,
  agreed: Plan | undefined,
): Promise<Ending> {
  const host = await probe(request.scope, lock.launcher);
  const planned = tellUnfinished(request.plan(host), host);
  if (planned.kind === 'refused') return planned;
  const { plan } = planned;
  if (agreed && fingerprint(agreed) !== fingerprint(plan)) return { kind: 'changed-meanwhile', plan };
  if (plan.steps.length === 0) {
    // An earlier run got through, and was cut off before it could close its record.
    if (isCutOff(host, plan)) closeRecords(plan, { keepInstalled, forgetInstalled, forgetOwnership });
    return { kind: 'nothing-to-do', plan };
  }
  if (!agreed && plan.warnings.length > 0) options.say(renderWarnings(plan.warnings));
  if (!agreed) for (const text of [...renderNotes(plan.notes), ...losses(plan)]) options.say(text);

  const work = followWork(plan.steps);
  using interrupt = watchInterrupts(
    () => options.say('Interrupted: waiting for the running command, then undoing what can be undone.'),
    () =>
      options.say(`Interrupted again: ${work.text()}. It takes no kill: what kill -9 leaves, the next run takes up.`),
  );
  const progress = await progressFor(plan, options);
  const machine = realMachine({
    scope: request.scope,
    host,
    launcher: lock.launcher,
    onOverdue: overdueTo(options.say),
    onCommand: progress.onCommand,
  });
  const emit: Emit = (event) => {
    if (event.kind === 'journal-stuck') options.say(`Warning: ${event.error.message}`);
    work.see(event);
    progress.emit(event);
  };
  const outcome = await apply(plan, machine, emit, interrupt.wanted);
  await progress.finish();
  return { kind: 'applied', plan, outcome };
}

/** What an operator who agreed beforehand has not been told yet. */
const losses = ({ steps }: Plan): string[] =>
  steps
    .filter(({ id, final }) => final !== undefined || id.startsWith('wipefs:'))
    .flatMap(({ destroys }) => (destroys === null ? [] : [`Destroying ${destroys}`]));

const fingerprint = ({ steps }: Plan): string =>
  JSON.stringify(steps, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

/** A list that changes in place needs a terminal, and one that has room for all of it: some do not know their size. */
const fits = (steps: number, { isTTY, columns, rows } = process.stderr): boolean =>
  isTTY === true && columns > 0 && rows > steps;

async function progressFor(plan: Plan, { json, verbose, say }: CarryOutOptions): Promise<Progress> {
  if (verbose) return verboseProgress(say);
  if (json) return silentProgress;
  if (!fits(plan.steps.length)) return lineProgress(say);
  const { listProgress } = await import('../report/progress-list.ts');
  return listProgress(plan.steps);
}
