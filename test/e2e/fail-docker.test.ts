import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { failAt, nameOf, patience } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { diskOf } from './support/shell.ts';

// Every step of Docker's part of setup made to fail, before its work and after it, one run after the other on one host
// where Docker is busy: each time all that ran before runs again, with what it had. The pool is there beforehand.

for (const [title, points] of [
  [
    'stopping Docker and moving its data',
    pointsOf([at.stopBefore, at.stopAfter, at.asideBefore, at.asideHalf, at.asideAfter], [at.stopAfter, at.asideHalf]),
  ],
  [
    'daemon.json and starting Docker',
    pointsOf(
      [at.keepBefore, at.keepAfter, at.configBefore, at.configAfter, at.startBefore],
      [at.configAfter, at.startBefore],
    ),
  ],
] as const) {
  test(`${title}: each step fails once`, async (t) => {
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const setup = ['dmtool', 'setup', '--device', diskOf(guest), '--yes'];
    t.is((await guest.run([...setup, '--engine', 'none'], patience)).exitCode, 0);
    const before = await hostState(guest);
    for (const point of points) {
      const failed = await failAt(guest, setup, point);
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      t.regex(failed.stderr, /by the lab\n[\s\S]*the machine is as before/);
      await assertHostAsBefore(t, guest, before, nameOf(point));
    }
    const again = await guest.run(setup, patience);
    t.is(again.exitCode, 0, again.stderr);
  });
}
