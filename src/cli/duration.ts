import { UsageError } from './usage-error.ts';

/** Timers of much more than that go off at once. */
const LONGEST_MS = 86_400_000;

/**
 * Reads `60s`, `2m`, `90` (seconds) into milliseconds; a day at most.
 * @throws UsageError
 */
export function parseDuration(flag: string, text: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m)?$/.exec(text) ?? [];
  const milliseconds = Number(count) * (unit === 'm' ? 60_000 : 1000);
  if (milliseconds <= LONGEST_MS) return milliseconds;
  throw new UsageError(`${flag} "${text}": it takes a time like 60s or 2m, a day at most`);
}
