import type { Argv } from '../tools/argv.ts';
import { DeadlinePassed, ProgramMissing } from './errors.ts';
import { MEMORY_DIRECTORY } from './paths.ts';
import { findProgram } from './programs.ts';
import { LOCK_FD, SHELL, type Shell, STATUS_FD, startShell } from './shell.ts';

/** How a program ended. */
export interface CommandResult {
  argv: Argv;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** How a program is run. */
interface RunOptions {
  /** It gets the lock's descriptor, as number 3. */
  passLock?: boolean;
  /** After that time it is killed, with its shell; without a deadline nothing ever is. */
  deadlineMs?: number;
}

/** Starts programs, one after the other, through one small shell: a fork of Node.js costs more than many of them do. */
export interface Launcher extends AsyncDisposable {
  /**
   * Runs a program to its end, after those that were asked for before. -1 stands for the exit code when its shell was
   * lost: killed by somebody else, or never started.
   * @throws ProgramMissing, DeadlinePassed
   */
  run(argv: Argv, options?: RunOptions): Promise<CommandResult>;
}

/** Single quotes keep everything but themselves. */
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** What the shell reads: it runs each line when it has read it, and tells the exit code on a descriptor of its own. */
function commandLine(words: readonly string[], passLock: boolean): string {
  // Only the shell holds the lock: what a program leaves running in the background must not.
  const closed = passLock ? `${STATUS_FD}>&-` : `${LOCK_FD}>&- ${STATUS_FD}>&-`;
  return `${words.map(quote).join(' ')} </dev/null ${closed}\necho "$?" >&${STATUS_FD}\n`;
}

/**
 * A launcher, whose shell begins with the first program, and anew after it was killed.
 * @param lockFd held by the shell. LVM closes every descriptor that it did not open: somebody who waits for it has to
 * hold the lock for as long as anyone still writes.
 */
export function openLauncher(lockFd: number | null = null, directory: string = MEMORY_DIRECTORY): Launcher {
  let shell: Shell | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const end = async (): Promise<string | undefined> => {
    const how = await shell?.end();
    shell = undefined;
    return how;
  };

  const runNow = async (argv: Argv, { passLock = false, deadlineMs }: RunOptions): Promise<CommandResult> => {
    const program = findProgram(argv[0]);
    if (program === undefined) throw new ProgramMissing(argv[0]);
    if (shell?.isGone()) await end();
    shell ??= startShell(lockFd, directory);
    const deadline = deadlineMs === undefined ? undefined : setDeadline(shell, deadlineMs);
    const exitCode = await shell.tell(commandLine([program, ...argv.slice(1)], passLock));
    clearTimeout(deadline?.timer);
    const result = { argv, exitCode: exitCode ?? -1, stdout: shell.output(1), stderr: shell.output(2) };
    if (exitCode !== undefined) return result;
    const how = await end();
    if (deadline?.passed) throw new DeadlinePassed(argv, deadlineMs ?? 0, result.stderr);
    return { ...result, stderr: result.stderr || `${SHELL} is lost: ${how}\n` };
  };

  const run = (argv: Argv, options: RunOptions = {}): Promise<CommandResult> => {
    const result = last.then(() => runNow(argv, options));
    last = result.catch(() => {});
    return result;
  };

  return { run, [Symbol.asyncDispose]: () => last.then(async () => void (await end())) };
}

function setDeadline(shell: Shell, milliseconds: number) {
  const deadline = {
    passed: false,
    timer: setTimeout(() => {
      deadline.passed = true;
      shell.kill();
    }, milliseconds),
  };
  return deadline;
}
