import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LockHeld } from './errors.ts';
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
 * @throws LockHeld, ProgramMissing
 */
export async function takeLock(purpose: string): Promise<Lock> {
  mkdirSync(RUN_DIRECTORY, { recursive: true, mode: 0o755 });
  const fd = openSync(LOCK_PATH, 'a+', 0o644);
  const { exitCode } = await change(['flock', '--exclusive', '--nonblock', '3'], { lockFd: fd, onOverdue: () => {} });
  if (exitCode !== 0) {
    const holder = readFileSync(LOCK_PATH, 'utf8').trim();
    closeSync(fd);
    throw new LockHeld(LOCK_PATH, holder);
  }
  ftruncateSync(fd);
  writeSync(fd, `process ${process.pid}, ${purpose}\n`);
  const release = (): void => {
    ftruncateSync(fd);
    closeSync(fd);
  };
  return { fd, [Symbol.dispose]: release };
}
