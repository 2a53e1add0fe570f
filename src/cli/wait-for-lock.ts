import { type Lock, takeLock } from '../host/lock.ts';

/**
 * Takes the lock of all changing commands, and tells whom it waits for.
 * @param timeoutMs 0: nobody is waited for
 * @throws LockHeld, LockUnusable, ProgramMissing
 */
export const waitForLock = (purpose: string, timeoutMs: number, say: (text: string) => void): Promise<Lock> =>
  takeLock(purpose, {
    timeoutMs,
    onWait: ({ message }) => say(`Waiting up to ${timeoutMs / 1000} s: ${message}.`),
  });
