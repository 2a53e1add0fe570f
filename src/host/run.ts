import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Argv } from '../tools/argv.ts';
import { CommandFailed, DeadlinePassed, ProgramMissing } from './errors.ts';
import { RUN_DIRECTORY } from './paths.ts';
import { CLEAN_ENVIRONMENT, findProgram, inherited } from './programs.ts';

/** How a program ended. */
export interface CommandResult {
  argv: Argv;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** After this time a reader is given up. */
const READ_DEADLINE_MS = 30_000;
/** After this time the operator is told that a changing program still runs. */
const CHANGE_DEADLINE_MS = 120_000;

const resolve = ([program]: Argv): string => {
  const path = findProgram(program);
  if (path === undefined) throw new ProgramMissing(program);
  return path;
};

/**
 * Runs a program that only looks. It may be killed, and is given up when it does not answer in time, even when it hangs
 * in the kernel and can't be killed.
 * @throws ProgramMissing, DeadlinePassed, CommandFailed (exit code other than 0)
 */
export async function read(argv: Argv, deadlineMs: number = READ_DEADLINE_MS): Promise<string> {
  const child = execa(resolve(argv), argv.slice(1), {
    env: CLEAN_ENVIRONMENT,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
    // In a session of its own: a Ctrl-C that ends the reader would leave a run blind for what it has to undo.
    detached: true,
  });
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new DeadlinePassed(argv, deadlineMs));
  }, deadlineMs);
  try {
    const result = await Promise.race([child, deadline]);
    if (result.exitCode !== 0)
      throw new CommandFailed(argv, result.exitCode ?? -1, result.stderr || result.message || '');
    return result.stdout;
  } finally {
    clearTimeout(timer);
  }
}

const SHELL = '/bin/sh';
/**
 * LVM closes every descriptor that it did not open: somebody who waits for it has to hold the lock. The program and its
 * arguments are the shell's own, never parsed.
 */
const KEEP_LOCK = '"$@"; exit "$?"';

/** What a changing program needs beside its arguments. */
export interface ChangeOptions {
  /** Inherited as descriptor 3 by a parent of the program that waits for it, so that the lock stays held for as long as anyone still writes. */
  lockFd: number;
  /** Told once when the program runs past its deadline; it goes on running. */
  onOverdue: (argv: Argv) => void;
}

/**
 * Runs a program that changes the machine. It is never killed by dmtool (kill -9 on lvextend leaves a pool suspended):
 * it has a session of its own, so that Ctrl-C does not reach it, and writes into files, so that it does not die of a
 * broken pipe when dmtool does.
 * @throws ProgramMissing
 */
export async function change(argv: Argv, { lockFd, onOverdue }: ChangeOptions): Promise<CommandResult> {
  const program = resolve(argv);
  const [outFd, errFd] = [openUnnamed(), openUnnamed()];
  const timer = setTimeout(() => onOverdue(argv), CHANGE_DEADLINE_MS);
  try {
    const result = await execa(SHELL, ['-c', KEEP_LOCK, 'dmtool', program, ...argv.slice(1)], {
      env: CLEAN_ENVIRONMENT,
      extendEnv: false,
      stdio: ['ignore', inherited(outFd), inherited(errFd), inherited(lockFd)],
      reject: false,
      detached: true,
      cleanup: false,
      forceKillAfterDelay: false,
      buffer: false,
    });
    const [stdout, stderr] = [readFromStart(outFd), readFromStart(errFd)];
    return { argv, exitCode: result.exitCode ?? -1, stdout, stderr: stderr || result.originalMessage || '' };
  } finally {
    clearTimeout(timer);
    closeSync(outFd);
    closeSync(errFd);
  }
}

/** A file in memory that no name leads to: it works on a full disk, and nothing of it stays behind after a kill -9. */
function openUnnamed(): number {
  const directory = mkdtempSync(join(RUN_DIRECTORY, 'output-'));
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
