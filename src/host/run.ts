import type { Argv } from '../tools/argv.ts';
import { CommandFailed, DeadlinePassed } from './errors.ts';
import { type CommandResult, type Launcher, openLauncher } from './launcher.ts';

/** After this time a reader is given up. */
const READ_DEADLINE_MS = 30_000;
/** After this time the operator is told that a changing program still runs. */
const CHANGE_DEADLINE_MS = 120_000;

/** Readers have a launcher of their own: one that hangs is killed with its shell, and no lock is held by it. */
const readers = openLauncher();
let lastRead: Promise<unknown> = Promise.resolve();

/**
 * Runs a program that only looks, after those that were asked for before. It may be killed, and is given up when it
 * does not answer in time, even when it hangs in the kernel and can't be killed.
 * @throws ProgramMissing, DeadlinePassed, CommandFailed (exit code other than 0)
 */
export function read(argv: Argv, deadlineMs: number = READ_DEADLINE_MS): Promise<string> {
  const answer = lastRead.then(() => readNow(argv, deadlineMs));
  lastRead = answer.catch(() => {});
  return answer;
}

async function readNow(argv: Argv, deadlineMs: number): Promise<string> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    readers.kill();
  }, deadlineMs);
  try {
    const { exitCode, stdout, stderr } = await readers.run(argv);
    if (late) throw new DeadlinePassed(argv, deadlineMs);
    if (exitCode !== 0) throw new CommandFailed(argv, exitCode, stderr);
    return stdout;
  } finally {
    clearTimeout(timer);
  }
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
