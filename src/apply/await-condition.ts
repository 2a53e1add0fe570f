import { setTimeout as sleep } from 'node:timers/promises';
import { lastLogLines } from '../host/docker/log.ts';
import { NotInTime } from '../host/errors.ts';
import type { Host } from '../model/host.ts';
import { describeCondition, holds } from '../plan/condition.ts';
import type { Action } from '../plan/step.ts';

/** Between two looks: Docker takes seconds to come up, and looking costs something. */
const PAUSE_MS = 250;
/** An init script returns before its daemon shows: only one that stays away has died. */
const GONE_MS = 5000;
/** So much of the daemon's log is shown when it does not come up. */
const LOG_LINES = 15;

/**
 * Looks until the condition holds.
 * @throws NotInTime with the daemon's last words, when its service has failed or the deadline has passed
 */
export async function awaitCondition(
  { condition, deadlineMs }: Extract<Action, { kind: 'await' }>,
  look: () => Promise<Host>,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  let aliveUntil = performance.now();
  for (;;) {
    const host = await look();
    if (holds(condition, host)) return;
    const now = performance.now();
    if (!holds({ is: 'docker-stopped' }, host)) aliveUntil = now;
    const hasFailed = holds({ is: 'docker-failed' }, host) || now - aliveUntil > GONE_MS;
    if (hasFailed || now >= end) {
      const reason = hasFailed ? 'its service has failed' : `not seen within ${deadlineMs / 1000} s`;
      const log = host.docker ? await lastLogLines(host.docker.manager, LOG_LINES) : [];
      throw new NotInTime(`${describeCondition(condition)}: ${reason}`, log.join('\n'));
    }
    await sleep(PAUSE_MS);
  }
}
