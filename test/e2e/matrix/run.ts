import { fileURLToPath } from 'node:url';
import { LabFailure, within } from '../../lab/errors.ts';
import type { Guest, Job, RunResult } from '../../lab/guest.ts';
import { must } from '../support/shell.ts';

const preload = fileURLToPath(new URL('fault.ts', import.meta.url));

/** An engine takes its time on a host where other stories are told as well. */
const PATIENCE_MS = 600_000;

const env = (rule: object): Record<string, string> => ({
  NODE_OPTIONS: `--import=${preload}`,
  LAB_FAULT: JSON.stringify(rule),
});

/** Runs the command to its end; nothing stands in its way. */
export const runWhole = (guest: Guest, argv: readonly string[]): Promise<RunResult> =>
  guest.run(argv, { timeoutMs: PATIENCE_MS });

/** The same, and tells which changes it made, in order. */
export async function recordCalls(guest: Guest, argv: readonly string[]): Promise<string[]> {
  const file = '/run/lab-calls';
  const { exitCode, stderr } = await guest.run(argv, { timeoutMs: PATIENCE_MS, env: env({ kind: 'record', file }) });
  if (exitCode !== 0) throw new LabFailure(`${argv.join(' ')}: exit ${exitCode}\n${stderr}`);
  return (await must(guest, 'touch "$1"; cat "$1"; rm "$1"', file)).trim().split('\n');
}

/** One change fails, once: what is done to take the others back may need the same program. */
export const failIn = (guest: Guest, argv: readonly string[], call: string): Promise<RunResult> =>
  guest.run(argv, { timeoutMs: PATIENCE_MS, env: env({ kind: 'fail', call }) });

/** A run that has made one change, and does not know it yet. */
export interface Standing {
  /** kill -9; what it had started goes on by itself. */
  kill(): Promise<void>;
  /** Lets it go on to its end. */
  release(): Promise<RunResult>;
}

/** Runs until the change is made and its program has not ended yet; or to its end, when it never comes there. */
export async function standIn(guest: Guest, argv: readonly string[], call: string): Promise<Standing | RunResult> {
  const pipes = (
    await must(guest, 'dir=$(mktemp -d /run/lab-pipes-XXXXXX); mkfifo "$dir/reached" "$dir/release"; echo "$dir"')
  ).trim();
  const reader = guest.start(['sh', '-c', 'read -r met < "$1"', 'sh', `${pipes}/reached`]);
  const job = guest.start(argv, { timeoutMs: PATIENCE_MS, env: env({ kind: 'hang', call, pipes }) });
  const met = reader.result.then(() => 'met' as const);
  const first = await within(PATIENCE_MS, `never at ${call}`, Promise.race([met, job.result]));
  if (first === 'met') return { kill: () => kill(guest, job, pipes), release: () => release(guest, job, pipes) };
  reader.kill('SIGKILL');
  await must(guest, 'rm -r "$1"', pipes);
  return first;
}

async function kill(guest: Guest, job: Job, pipes: string): Promise<void> {
  job.kill('SIGKILL');
  const { signal } = await job.result;
  if (signal !== 'SIGKILL') throw new LabFailure(`dmtool was not killed: ${signal}`);
  // A shell waits there, unless it was dmtool itself; nobody else is told.
  await must(guest, 'echo go 1<> "$1/release"; flock --timeout 60 /run/dmtool/lock true; rm -r "$1"', pipes);
}

async function release(guest: Guest, job: Job, pipes: string): Promise<RunResult> {
  await must(guest, 'echo go > "$1/release"', pipes);
  const result = await job.result;
  await must(guest, 'rm -r "$1"', pipes);
  return result;
}
