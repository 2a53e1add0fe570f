import type { Argv } from '../tools/argv.ts';
import { CommandFailed } from './errors.ts';
import type { CommandResult, Launcher } from './launcher.ts';

/** After this time a reader is given up. */
const READ_DEADLINE_MS = 30_000;
/** After this time the operator is told that a changing program still runs. */
export const CHANGE_DEADLINE_MS = 120_000;

/**
 * Runs a program that only looks. It may be killed, and is given up when it does not answer in time, even when it hangs
 * in the kernel and can't be killed.
 * @throws ProgramMissing, DeadlinePassed, CommandFailed (exit code other than 0)
 */
export async function read(argv: Argv, launcher: Launcher, deadlineMs?: number): Promise<string> {
  return (await readWithWords(argv, launcher, deadlineMs)).stdout;
}

/**
 * The same, for a program whose warnings matter too.
 * @throws as `read` does
 */
export async function readWithWords(
  argv: Argv,
  launcher: Launcher,
  deadlineMs = READ_DEADLINE_MS,
): Promise<Pick<CommandResult, 'stdout' | 'stderr'>> {
  const { exitCode, stdout, stderr } = await launcher.run(argv, { deadlineMs });
  if (exitCode !== 0) throw new CommandFailed(argv, exitCode, stderr);
  return { stdout, stderr };
}

/** What a changing program needs beside its arguments. */
export interface ChangeOptions {
  /** The one that holds the lock. */
  launcher: Launcher;
  /** Told once when the program runs past its deadline; it goes on running. */
  onOverdue: (argv: Argv) => void;
}

/**
 * Runs a program that changes the machine. It is never killed by dmtool: kill -9 on lvextend leaves a pool suspended.
 * @throws ProgramMissing
 */
export async function change(argv: Argv, { launcher, onOverdue }: ChangeOptions): Promise<CommandResult> {
  const timer = setTimeout(() => onOverdue(argv), CHANGE_DEADLINE_MS);
  try {
    return await launcher.run(argv);
  } finally {
    clearTimeout(timer);
  }
}
