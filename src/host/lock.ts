import { closeSync, fchmodSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LockHeld, LockUnusable } from './errors.ts';
import { type Launcher, openLauncher } from './launcher.ts';
import { RUN_DIRECTORY } from './paths.ts';

export interface Lock extends AsyncDisposable {
  /** Starts every program that changes something, and holds the lock until the last of them is through. */
  launcher: Launcher;
}

/** Whether somebody else who has the lock is waited for. */
interface LockWish {
  /** 0: not at all. */
  timeoutMs: number;
  /** Told who has it, when there is somebody to wait for. */
  onWait: (held: LockHeld) => void;
}

const NOT_AT_ALL: LockWish = { timeoutMs: 0, onWait: () => {} };

/**
 * Takes the one lock of all changing commands. flock(2) locks belong to the open file, which flock(1) shares with us:
 * it locks and leaves, and the kernel lets go when the last holder of the file is gone, dmtool or its launcher.
 * @param purpose what the holder is doing, for whoever finds the lock held
 * @throws LockHeld, LockUnusable, ProgramMissing
 */
export async function takeLock(purpose: string, wish = NOT_AT_ALL, directory = RUN_DIRECTORY): Promise<Lock> {
  const path = join(directory, 'lock');
  const fd = openLockFile(path);
  const launcher = openLauncher(fd, directory);
  const release = async (): Promise<void> => {
    await launcher[Symbol.asyncDispose]();
    closeSync(fd);
  };
  try {
    await lock(path, launcher, wish);
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

function openLockFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const fd = openSync(path, 'a+', 0o600);
    // Whoever can open it can hold it for ever; older versions let everybody.
    fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    throw new LockUnusable(path, (error as Error).message);
  }
}

async function lock(path: string, launcher: Launcher, { timeoutMs, onWait }: LockWish): Promise<void> {
  const held = (): LockHeld => new LockHeld(path, readFileSync(path, 'utf8').trim());
  if (await flock(path, launcher, '--nonblock')) return;
  if (timeoutMs > 0) {
    onWait(held());
    if (await flock(path, launcher, `--timeout=${timeoutMs / 1000}`)) return;
  }
  throw held();
}

/** What flock(1) is to say when somebody has the lock: 1 is what it says of other troubles, too. */
const CONFLICT = 75;

/** @returns false: somebody has it */
async function flock(path: string, launcher: Launcher, patience: string): Promise<boolean> {
  const argv = ['flock', '--exclusive', `--conflict-exit-code=${CONFLICT}`, patience, '3'] as const;
  const { exitCode, stderr } = await launcher.run(argv, { passLock: true });
  if (exitCode === 0 || exitCode === CONFLICT) return exitCode === 0;
  throw new LockUnusable(path, stderr.trim() || `flock ended with exit code ${exitCode}`);
}
