import { fileURLToPath } from 'node:url';
import { LabFailure, within } from '../../lab/errors.ts';
import type { Fault, FaultMode, Guest, RunResult } from '../../lab/guest.ts';
import { startDocker } from '../support/docker.ts';
import { must } from '../support/shell.ts';
import { type StoppedRun, stopAt } from './stopping.ts';

/** A place in a run, right before a step's work or right after it. */
export type Point = ProgramPoint | FilePoint;

interface ProgramPoint {
  readonly step: string;
  readonly program: string;
  readonly when: string;
  readonly mode: FaultMode;
}

/** In a step that dmtool does by itself: a function of node:fs and its first arguments. */
interface FilePoint {
  readonly step: string;
  readonly call: 'renameSync' | 'mkdirSync' | 'rmSync' | 'rmdirSync';
  readonly args: readonly string[];
  readonly mode: FaultMode;
}

export const nameOf = ({ step, mode }: Point): string => `${mode} ${step}`;

/** Docker takes its time on a host where other stories are told as well. */
export const patience = { timeoutMs: 300_000 } as const;

const preload = fileURLToPath(new URL('file-fault.ts', import.meta.url));

const fileFault = ({ call, args, mode }: FilePoint, kind: 'fail' | 'hang', pipes: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${preload}`,
  LAB_FILE_FAULT: JSON.stringify({ call, args, mode, kind, pipes }),
});

/** Runs dmtool, with a fault in its way that strikes once: undo may need the same program. */
export async function failAt(guest: Guest, argv: readonly string[], point: Point): Promise<RunResult> {
  if ('call' in point) return guest.run(argv, { ...patience, env: fileFault(point, 'fail', '') });
  const { program, when, mode, step } = point;
  const fault = await guest.failProgram(program, { when, mode, once: true, stderr: `  ${step}: by the lab\n` });
  const result = await guest.run(argv, patience);
  await fault.remove();
  return result;
}

/** Starts dmtool and waits until it stands still at the point. */
export async function standStillAt(guest: Guest, argv: readonly string[], point: Point): Promise<StoppedRun> {
  if ('program' in point) return stopAt(guest, argv, point, point.mode);
  const pipes = (
    await must(guest, 'dir=$(mktemp -d /run/lab-pipes-XXXXXX); mkfifo "$dir/reached" "$dir/release"; echo "$dir"')
  ).trim();
  const reader = guest.start(['sh', '-c', 'read -r met < "$1"', 'sh', `${pipes}/reached`]);
  const job = guest.start(argv, { env: fileFault(point, 'hang', pipes) });
  const ended = job.result.then(({ exitCode, stderr }) => {
    throw new LabFailure(`the run ended with ${exitCode} and never came ${nameOf(point)}:\n${stderr}`);
  });
  ended.catch(() => undefined);
  await Promise.race([within(patience.timeoutMs, `never ${nameOf(point)}`, reader.result), ended]);
  const fault: Fault = {
    reached: async () => undefined,
    release: async () => void (await must(guest, 'echo go > "$1/release"', pipes)),
    remove: async () => {
      reader.kill('SIGKILL');
      await must(guest, 'rm -r "$1"', pipes);
    },
  };
  return { job, fault };
}

/**
 * kill -9 of dmtool alone while it stands at the point.
 * @param then what becomes of the program that stands there: it goes on alone, or it is killed as well
 */
export async function killAtPoint(
  guest: Guest,
  argv: readonly string[],
  point: Point,
  then: 'release' | 'remove',
): Promise<void> {
  const { job, fault } = await standStillAt(guest, argv, point);
  job.kill('SIGKILL');
  const { signal } = await job.result;
  if (signal !== 'SIGKILL') throw new LabFailure(`dmtool was not killed ${nameOf(point)}: ${signal}`);
  // Nobody waits at a pipe any more when dmtool itself stood there.
  if (then === 'release' && 'program' in point) await fault.release();
  if (then === 'remove') await fault.remove();
  await must(guest, 'flock --timeout 60 /run/dmtool/lock true');
  if (then === 'release') await fault.remove();
}

/** The power goes while a run stands at the point; then the host boots, and Docker with it. */
export async function cutAtPoint(
  guest: Guest,
  argv: readonly string[],
  point: Point,
  startDockerAtBoot = startDocker,
): Promise<void> {
  await standStillAt(guest, argv, point);
  await guest.cut();
  await guest.reboot();
  await startDockerAtBoot(guest);
}
