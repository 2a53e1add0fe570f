import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { openShells } from './open-shells.ts';
import { CLEAN_ENVIRONMENT, inherited } from './programs.ts';

export const SHELL = '/bin/sh';
/** The shell's descriptors beside the usual three. */
export const LOCK_FD = 3;
export const STATUS_FD = 4;

/** A shell that waits for lines, and writes the answer to each on STATUS_FD. */
export interface Shell {
  /** @returns the exit code that the line's program had; undefined when the shell is gone */
  tell(line: string): Promise<number | undefined>;
  /** What the last line's program wrote, to descriptor 1 or 2. */
  output(fd: 1 | 2): string;
  isGone(): boolean;
  /** Kills it and the program that it waits for. */
  kill(): void;
  /** Lets it end by itself, and waits for that. @returns how it ended */
  end(): Promise<string>;
}

/**
 * Starts a shell in a session of its own, so that Ctrl-C reaches neither it nor its programs. It ends when dmtool is gone
 * and the running program is through.
 * @param lockFd inherited by the shell, as LOCK_FD
 * @param directory where its output files are made, on a file system in memory
 */
export function startShell(lockFd: number | null, directory: string): Shell {
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
  const status = child.stdio[STATUS_FD] as Readable & { ref(): void; unref(): void };
  let answer: (exitCode: number | undefined) => void = () => {};
  // A few bytes that are written at once come at once.
  status.on('data', (line) => answer(Number(line)));
  status.on('close', () => answer(undefined));
  child.stdin.on('error', () => {});
  // An idle shell does not keep dmtool from ending.
  child.nodeChildProcess.unref();
  status.unref();

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

  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It went by itself a moment ago.
    }
  };

  const end = async (): Promise<string> => {
    // Both: the shell's end may be seen before that of its pipe, and Node.js ends when nobody waits for anything that counts.
    child.nodeChildProcess.ref();
    status.ref();
    child.stdin.end();
    openShells.delete(shell);
    const { originalMessage, signal } = await child;
    for (const fd of Object.values(files)) closeSync(fd);
    return originalMessage ?? signal ?? 'it ended';
  };

  const shell: Shell = {
    tell,
    output: (fd) => readFromStart(files[fd]),
    isGone: () => status.closed,
    kill,
    end,
  };
  openShells.add(shell);
  return shell;
}

/** A file in memory that no name leads to: it works on a full disk, and nothing of it stays behind after a kill -9. */
function openUnnamed(parent: string): number {
  const directory = mkdtempSync(join(parent, 'dmtool-'));
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
