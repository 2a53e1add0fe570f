import type { CarryOutOptions } from './carry-out.ts';
import { parseDuration } from './duration.ts';
import type { RunFlags } from './run-setup.ts';

/**
 * Reads the flags of every command that changes something.
 * @throws UsageError
 */
export const runOptions = (flags: RunFlags, say: (text: string) => void): CarryOutOptions => ({
  dryRun: flags['dry-run'],
  yes: flags.yes,
  json: flags.json,
  verbose: flags.verbose,
  lockTimeoutMs: parseDuration('--lock-timeout', flags['lock-timeout'] ?? '0'),
  say,
});
