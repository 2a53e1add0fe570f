import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LockHeld, LockUnusable } from './errors.ts';
import { type Launcher, openLauncher } from './launcher.ts';
import { RUN_DIRECTORY } from './paths.ts';

const LOCK_PATH = join(RUN_DIRECTORY, 'lock');

export interface Lock extends AsyncDisposable {
  /** Starts every program that changes something, and holds the lock until the last of them is through. */
  launcher: Launcher;
}

/**
 * Takes the one lock of all changing commands. flock(2) locks belong to the open file, which flock(1) shares with us:
 * it locks and leaves, and the kernel lets go when the last holder of the file is gone, dmtool or its launcher.
 * @param purpose what the holder is doing, for whoever finds the lock held
 * @throws LockHeld, LockUnusable, ProgramMissing
 */
export async function takeLock(purpose: string): Promise<Lock> {
  const fd = openLockFile();
  const launcher = openLauncher(fd);
  const release = async (): Promise<void> => {
    await launcher[Symbol.asyncDispose]();
    closeSync(fd);
  };
  try {
    await lock(launcher);
    ftruncateSync(fd);
    writeSync(fd, `process ${process.pid}, ${purpose}\n`);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    launcher,
    [Symbol.asyncDispose]: () => {
      ftruncateSync(fd);
      return release();
    },
  };
}

function openLockFile(): number {
  try {
    mkdirSync(RUN_DIRECTORY, { recursive: true, mode: 0o755 });
    return openSync(LOCK_PATH, 'a+', 0o644);
  } catch (error) {
    throw new LockUnusable(LOCK_PATH, (error as Error).message);
  }
}

/** flock(1) says with 1, and with nothing else, that somebody has the lock. */
async function lock(launcher: Launcher): Promise<void> {
  const { exitCode, stderr } = await launcher.run(['flock', '--exclusive', '--nonblock', '3'], { passLock: true });
  if (exitCode === 1) throw new LockHeld(LOCK_PATH, readFileSync(LOCK_PATH, 'utf8').trim());
  if (exitCode !== 0) throw new LockUnusable(LOCK_PATH, stderr.trim() || `flock ended with exit code ${exitCode}`);
}
