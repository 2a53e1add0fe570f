import type { CarryOutOptions } from './carry-out.ts';
import { parseDuration } from './duration.ts';
import type { RunFlags } from './run-setup.ts';

/** How long another dmtool is waited for, in milliseconds. @throws UsageError */
export const lockTimeoutOf = (flags: Pick<RunFlags, 'lock-timeout'>): number =>
  parseDuration('--lock-timeout', flags['lock-timeout'] ?? '0');

/**
 * Reads the flags of every command that changes something.
 * @throws UsageError
 */
export const runOptions = (flags: RunFlags, say: (text: string) => void): CarryOutOptions => ({
  dryRun: flags['dry-run'],
  yes: flags.yes,
  json: flags.json,
  verbose: flags.verbose,
  lockTimeoutMs: lockTimeoutOf(flags),
  say,
});
