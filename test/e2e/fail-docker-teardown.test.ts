import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { stateOnPool, useThePool } from './crash-support/docker-pool.ts';
import { failAt, nameOf, patience, standStillAt } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { diskOf, must } from './support/shell.ts';

// Every step of teardown made to fail, one run after the other on one host where Docker is busy on the pool.

const teardown = ['dmtool', 'teardown', '--yes'];

for (const [title, points] of [
  [
    'stopping Docker and bringing its data back',
    pointsOf(
      [
        ...[at.containersBefore, at.containersAfter, at.stopBefore, at.stopAfter],
        ...[at.backAsideBefore, at.backAsideHalf, at.asideAfter, at.bringBefore, at.bringAfter],
      ],
      [at.stopAfter, at.backAsideHalf, at.bringAfter],
    ),
  ],
  [
    'daemon.json and starting Docker',
    pointsOf(
      [at.configBefore, at.configAfter, at.startBefore, at.startAfter, at.containersStarted],
      [at.configAfter, at.startAfter],
    ),
  ],
] as const) {
  test.serial(`${title}: each step fails once, and Docker stays on the pool with what it holds there`, async (t) => {
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const before = await hostState(guest);
    await useThePool(guest);
    const onPool = await stateOnPool(guest);
    for (const point of points) {
      const failed = await failAt(guest, teardown, point);
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      t.regex(failed.stderr, /by the lab\n[\s\S]*the machine is as before/);
      t.deepEqual(await stateOnPool(guest), onPool, nameOf(point));
    }
    const again = await guest.run(teardown, patience);
    t.is(again.exitCode, 0, again.stderr);
    await assertHostAsBefore(t, guest, before, 'taken back');
  });
}

test.serial(
  'each step that removes something fails once: Docker is as before already, and the next run goes on',
  async (t) => {
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const before = await hostState(guest);
    await useThePool(guest);
    const removal = at.removal(diskOf(guest));
    for (const point of pointsOf(
      removal,
      removal.filter(({ mode, step }) => mode === 'after' || step === 'profile'),
    )) {
      const failed = await failAt(guest, teardown, point);
      t.is(failed.exitCode, 4, `${nameOf(point)}: ${failed.stderr}`);
      t.regex(failed.stderr, /by the lab\n[\s\S]*Run the same command again to go on\. Left:\n {2}of "[^"]+": \S/);
      t.regex(failed.stderr, leftAfter(point.step), nameOf(point));
      t.deepEqual((await hostState(guest)).docker, before.docker, nameOf(point));
    }
    const again = await guest.run(teardown, patience);
    t.is(again.exitCode, 0, again.stderr);
    await assertHostAsBefore(t, guest, before, 'taken back');
  },
);

test.serial(
  'a Docker that is still coming up is heard out before it is stopped again: no container outlives it',
  async (t) => {
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await useThePool(guest);
    const onPool = await stateOnPool(guest);
    const { job, fault } = await standStillAt(
      guest,
      ['sh', '-c', 'exec dmtool teardown --yes --verbose 2> /run/words'],
      at.startAfter,
    );
    await must(guest, frozenWithContainer);
    job.kill('SIGTERM');
    await fault.release();
    await must(guest, thawedWhenHeard);
    const { exitCode } = await job.result;
    await fault.remove();
    const words = await must(guest, 'cat /run/words');
    t.is(exitCode, 130, words);
    t.regex(words, /the machine is as before/);
    t.deepEqual(await stateOnPool(guest), onPool);
  },
);

/** Init scripts kill a daemon that is not through with its containers in ten seconds: it has one, and answers nobody. */
const frozenWithContainer = `
until grep -q ' /var/lib/docker/overlay2/[^ ]*/merged ' /proc/self/mountinfo; do :; done
pkill -STOP -x dockerd`;

/** It goes on when it is waited for; one that was stopped as it stood there is dead by then. */
const thawedWhenHeard = `
until sed '1,/^# Undoing/d' /run/words | grep -Eq 'docker info|Stopping'; do :; done
pkill -CONT -x dockerd`;

/** What is left comes in the order of the steps; the last one is left whichever of them fails. */
const leftAfter = (step: string): RegExp =>
  step === 'profile'
    ? /Left:\n.*rm.* \/etc\/lvm\/profile\/docker-thinpool\.profile\n {4}EIO: by the lab\n?$/
    : /Left:[\s\S]*\n {2}of "Remove \/etc\/lvm\/profile\/docker-thinpool\.profile": /;
