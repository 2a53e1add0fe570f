import type { Fault, FaultMode, Guest, Job } from '../../lab/guest.ts';
import type { StepCall } from './steps.ts';

/** A run of dmtool that stands still in one of its steps. */
export interface StoppedRun {
  readonly job: Job;
  readonly fault: Fault;
}

/** Starts a run and waits until the step's program hangs, before its work or after it. */
export async function stopAt(
  guest: Guest,
  argv: readonly string[],
  { program, when }: StepCall,
  mode: FaultMode,
): Promise<StoppedRun> {
  const fault = await guest.hangProgram(program, { when, mode });
  const job = guest.start(argv);
  const ended = job.result.then(({ exitCode, stderr }) => {
    throw new Error(`the run ended with ${exitCode} and never came to ${program} ${when}:\n${stderr}`);
  });
  ended.catch(() => undefined);
  await Promise.race([fault.reached(), ended]);
  return { job, fault };
}

/** The same, and then dmtool alone is killed: the program still stands there. */
export async function killAt(guest: Guest, argv: readonly string[], step: StepCall, mode: FaultMode): Promise<Fault> {
  const { job, fault } = await stopAt(guest, argv, step, mode);
  job.kill('SIGKILL');
  const { signal } = await job.result;
  if (signal !== 'SIGKILL') throw new Error(`dmtool was not killed: ${signal}`);
  return fault;
}

/** Waits until nobody holds the lock any more. */
export async function waitForLock(guest: Guest): Promise<void> {
  await guest.run(['flock', '/run/dmtool/lock', 'true']);
}
