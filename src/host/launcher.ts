import { closeSync, fstatSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { Argv } from '../tools/argv.ts';
import { ProgramMissing } from './errors.ts';
import { RUN_DIRECTORY } from './paths.ts';
import { CLEAN_ENVIRONMENT, findProgram, inherited } from './programs.ts';

/** How a program ended. */
export interface CommandResult {
  argv: Argv;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Starts programs, one at a time, through one small shell: a fork of Node.js costs more than many of the programs. */
export interface Launcher extends AsyncDisposable {
  /**
   * Runs a program to its end; -1 stands for the exit code when somebody killed the shell meanwhile.
   * @param passLock the program gets the lock's descriptor, as number 3
   * @throws ProgramMissing
   */
  run(argv: Argv, passLock?: boolean): Promise<CommandResult>;
  /** Kills the running program with its shell; the next program gets a new one. */
  kill(): void;
}

const SHELL = '/bin/sh';
const LOCK = 3;
const STATUS = 4;

/** Single quotes keep everything but themselves. */
const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** What the shell reads: it runs each line when it has read it, and tells the exit code on a descriptor of its own. */
function commandLine(words: readonly string[], passLock: boolean): string {
  // Only the shell holds the lock: what a program leaves running in the background must not.
  const closed = passLock ? `${STATUS}>&-` : `${LOCK}>&- ${STATUS}>&-`;
  return `${words.map(quote).join(' ')} </dev/null ${closed}\necho "$?" >&${STATUS}\n`;
}

/**
 * A launcher, whose shell begins with the first program. The shell has a session of its own, so that Ctrl-C reaches
 * neither it nor its programs, and ends when dmtool is gone and the running program is through.
 * @param lockFd inherited by the shell. LVM closes every descriptor that it did not open: somebody who waits for it has
 * to hold the lock for as long as anyone still writes.
 * @param directory where its output files are made, on a file system in memory
 */
export function openLauncher(lockFd: number | null = null, directory: string = RUN_DIRECTORY): Launcher {
  let shell: Shell | undefined;

  const run = async (argv: Argv, passLock = false): Promise<CommandResult> => {
    const program = findProgram(argv[0]);
    if (program === undefined) throw new ProgramMissing(argv[0]);
    if (shell?.isGone()) await end();
    shell ??= startShell(lockFd, directory);
    const exitCode = await shell.tell(commandLine([program, ...argv.slice(1)], passLock));
    const result = { argv, exitCode: exitCode ?? -1, stdout: shell.output(1), stderr: shell.output(2) };
    if (exitCode !== undefined) return result;
    await end();
    return { ...result, stderr: result.stderr || `${SHELL} was killed while ${argv[0]} ran\n` };
  };

  const end = async (): Promise<void> => {
    await shell?.end();
    shell = undefined;
  };

  return { run, kill: () => shell?.kill(), [Symbol.asyncDispose]: end };
}

type Shell = ReturnType<typeof startShell>;

function startShell(lockFd: number | null, directory: string) {
  const files = { 1: openUnnamed(directory), 2: openUnnamed(directory) };
  const child = execa(SHELL, {
    env: CLEAN_ENVIRONMENT,
    extendEnv: false,
    // Into files: a program that changes something must not die of a broken pipe when dmtool does.
    stdio: ['pipe', inherited(files[1]), inherited(files[2]), lockFd === null ? 'ignore' : inherited(lockFd), 'pipe'],
    reject: false,
    detached: true,
    cleanup: false,
    buffer: false,
  });
  const status = child.stdio[STATUS] as Readable & { ref(): void; unref(): void };
  let answer: (exitCode: number | undefined) => void = () => {};
  // A few bytes that are written at once come at once.
  status.on('data', (line) => answer(Number(line)));
  status.on('close', () => answer(undefined));
  child.stdin.on('error', () => {});
  // An idle shell does not keep dmtool from ending.
  child.nodeChildProcess.unref();
  status.unref();

  /** @returns the exit code; undefined when the shell is gone */
  const tell = async (line: string): Promise<number | undefined> => {
    for (const fd of Object.values(files)) ftruncateSync(fd);
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    answer = resolve;
    status.ref();
    child.stdin.write(line);
    const exitCode = await promise;
    status.unref();
    return exitCode;
  };

  const end = async (): Promise<void> => {
    child.nodeChildProcess.ref();
    child.stdin.end();
    await child;
    for (const fd of Object.values(files)) closeSync(fd);
  };

  return {
    tell,
    end,
    isGone: () => status.closed,
    output: (file: 1 | 2) => readFromStart(files[file]),
    kill: () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'),
  };
}

/** A file in memory that no name leads to: it works on a full disk, and nothing of it stays behind after a kill -9. */
function openUnnamed(parent: string): number {
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const directory = mkdtempSync(join(parent, 'output-'));
  try {
    return openSync(join(directory, 'output'), 'a+', 0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** All of a file, wherever the descriptor stands: a child that inherits it moves it on. */
function readFromStart(fd: number): string {
  const content = Buffer.alloc(fstatSync(fd).size);
  const length = content.length === 0 ? 0 : readSync(fd, content, 0, content.length, 0);
  return content.toString('utf8', 0, length);
}
