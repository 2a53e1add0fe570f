import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LockHeld, LockUnusable } from './errors.ts';
import { RUN_DIRECTORY } from './paths.ts';
import { change } from './run.ts';

const LOCK_PATH = join(RUN_DIRECTORY, 'lock');

export interface Lock extends Disposable {
  /** To be inherited by every program that changes something. */
  fd: number;
}

/**
 * Takes the one lock of all changing commands. flock(2) locks belong to the open file, which flock(1) shares with us:
 * it locks and leaves, and the kernel lets go when the last holder of the file is gone, dmtool or a child of it.
 * @param purpose what the holder is doing, for whoever finds the lock held
 * @throws LockHeld, LockUnusable, ProgramMissing
 */
export async function takeLock(purpose: string): Promise<Lock> {
  const fd = openLockFile();
  const { exitCode, stderr } = await change(['flock', '--exclusive', '--nonblock', '3'], { lockFd: fd, onOverdue: () => {} });
  if (exitCode !== 0) {
    closeSync(fd);
    // flock(1) says with 1, and with nothing else, that somebody has the lock.
    if (exitCode === 1) throw new LockHeld(LOCK_PATH, readFileSync(LOCK_PATH, 'utf8').trim());
    throw new LockUnusable(LOCK_PATH, stderr.trim() || `flock ended with exit code ${exitCode}`);
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid}, ${purpose}\n`);
  const release = (): void => {
    ftruncateSync(fd);
    closeSync(fd);
  };
  return { fd, [Symbol.dispose]: release };
}

function openLockFile(): number {
  try {
    mkdirSync(RUN_DIRECTORY, { recursive: true, mode: 0o755 });
    return openSync(LOCK_PATH, 'a+', 0o644);
  } catch (error) {
    throw new LockUnusable(LOCK_PATH, (error as Error).message);
  }
}
