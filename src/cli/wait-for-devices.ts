import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { deviceArgument } from '../host/devices.ts';

const POLL_INTERVAL_MS = 200;

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
