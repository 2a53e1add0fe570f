import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { deviceArgument } from '../host/devices.ts';
import { UsageError } from './usage-error.ts';

const POLL_INTERVAL_MS = 200;

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

/**
 * Waits until all devices are there or the time is over; the planner says which one is missing. Links in /dev/disk come
 * and go with their folders, so there is no one place to watch.
 */
export async function waitForDevices(
  devices: readonly string[],
  limitMs: number,
  say: (text: string) => void,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  const missing = (): string[] => devices.map(deviceArgument).filter((device) => !existsSync(device));
  if (limitMs > 0 && missing().length > 0) say(`Waiting up to ${limitMs / 1000} s for ${missing().join(' and ')}.`);
  while (missing().length > 0 && performance.now() < deadline) await delay(POLL_INTERVAL_MS);
}
