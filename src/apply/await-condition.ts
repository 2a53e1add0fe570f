import { setTimeout as sleep } from 'node:timers/promises';
import { lastLogLines } from '../host/docker/log.ts';
import { NotInTime } from '../host/errors.ts';
import type { Launcher } from '../host/launcher.ts';
import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import { DOCKER_SERVICE } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { type Condition, describeCondition, holds } from '../plan/condition.ts';
import type { Action } from '../plan/step.ts';

/** Between two looks: Docker takes seconds to come up, and looking costs something. */
const PAUSE_MS = 250;
/** An init script returns before its daemon shows: only one that stays away has died. */
const GONE_MS = 20_000;
/** So much of the daemon's log is shown when it does not come up. */
const LOG_LINES = 15;
/** So many does containerd write when it starts, at most. */
const START_LINES = 150;

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
  const hasFailed = watcherFor(condition);
  for (;;) {
    const host = await look();
    if (holds(condition, host)) return;
    if (hasFailed(host)) throw await notInTime(condition, givenUp(condition), host, launcher);
    if (performance.now() >= end)
      throw await notInTime(condition, `not seen within ${deadlineMs / 1000} s`, host, launcher);
    if (isUnwanted()) throw new NotInTime(`${describeCondition(condition)}: no longer waited for`, '');
    await sleep(PAUSE_MS);
  }
}

const givenUp = ({ is }: Condition): string =>
  is === 'snapshotter' ? 'containerd, or its plugin, has failed' : 'its service has failed';

/** Tells of what will not come any more; most of what is waited for has nobody to give it up. */
function watcherFor(condition: Condition): (host: Host) => boolean {
  if (condition.is === 'docker-answers') return watchDaemon();
  if (condition.is !== 'snapshotter') return () => false;
  return (host) => [FAILED, PLUGIN_FAILED].some((each) => holds(each, host));
}

const FAILED: Condition = { is: 'containerd-failed' };
const PLUGIN_FAILED: Condition = { is: 'snapshotter', state: 'error' };

/** Tells of a daemon that will not come up any more. */
function watchDaemon(): (host: Host) => boolean {
  let aliveUntil = performance.now();
  return (host) => {
    const now = performance.now();
    if (!holds({ is: 'docker-stopped' }, host)) aliveUntil = now;
    return holds({ is: 'docker-failed' }, host) || now - aliveUntil > GONE_MS;
  };
}

async function notInTime(condition: Condition, reason: string, host: Host, launcher: Launcher): Promise<NotInTime> {
  const log = await logOf(condition, host, launcher);
  return new NotInTime(`${describeCondition(condition)}: ${reason}`, log.join('\n'));
}

/** What its log tells of why it did not come; nothing where nobody has one. */
async function logOf(condition: Condition, { docker }: Host, launcher: Launcher): Promise<string[]> {
  if (condition.is === 'snapshotter') {
    // It starts dozens of plugins, and says why it gave one up before all that comes after.
    const lines = await lastLogLines({ manager: 'systemd', unit: CONTAINERD_SERVICE }, START_LINES, launcher);
    const own = lines.filter((line) => line.includes('devmapper'));
    return (own.length > 0 ? own : lines).slice(-LOG_LINES);
  }
  if (docker === null || condition.is !== 'docker-answers') return [];
  return await lastLogLines({ manager: docker.manager, unit: DOCKER_SERVICE }, LOG_LINES, launcher);
}
