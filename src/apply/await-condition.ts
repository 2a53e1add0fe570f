import { setTimeout as sleep } from 'node:timers/promises';
import { lastLogLines } from '../host/docker/log.ts';
import { NotInTime } from '../host/errors.ts';
import type { Launcher } from '../host/launcher.ts';
import type { Host } from '../model/host.ts';
import { type Condition, describeCondition, holds } from '../plan/condition.ts';
import type { Action } from '../plan/step.ts';

/** Between two looks: Docker takes seconds to come up, and looking costs something. */
const PAUSE_MS = 250;
/** An init script returns before its daemon shows: only one that stays away has died. */
const GONE_MS = 20_000;
/** So much of the daemon's log is shown when it does not come up. */
const LOG_LINES = 15;

/**
 * Looks until the condition holds.
 * @param isUnwanted asked between two looks: nobody has to wait any more
 * @throws NotInTime with the daemon's last words, when its service has failed or the deadline has passed
 */
export async function awaitCondition(
  { condition, deadlineMs }: Extract<Action, { kind: 'await' }>,
  look: () => Promise<Host>,
  launcher: Launcher,
  isUnwanted: () => boolean = () => false,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  const hasFailed = condition.is === 'docker-answers' ? watchDaemon() : () => false;
  for (;;) {
    const host = await look();
    if (holds(condition, host)) return;
    if (hasFailed(host)) throw await notInTime(condition, 'its service has failed', host, launcher);
    if (performance.now() >= end)
      throw await notInTime(condition, `not seen within ${deadlineMs / 1000} s`, host, launcher);
    if (isUnwanted()) throw new NotInTime(`${describeCondition(condition)}: no longer waited for`, '');
    await sleep(PAUSE_MS);
  }
}

/** Tells of a daemon that will not come up any more. */
function watchDaemon(): (host: Host) => boolean {
  let aliveUntil = performance.now();
  return (host) => {
    const now = performance.now();
    if (!holds({ is: 'docker-stopped' }, host)) aliveUntil = now;
    return holds({ is: 'docker-failed' }, host) || now - aliveUntil > GONE_MS;
  };
}

async function notInTime(
  condition: Condition,
  reason: string,
  { docker }: Host,
  launcher: Launcher,
): Promise<NotInTime> {
  const log =
    docker && condition.is === 'docker-answers' ? await lastLogLines(docker.manager, LOG_LINES, launcher) : [];
  return new NotInTime(`${describeCondition(condition)}: ${reason}`, log.join('\n'));
}
