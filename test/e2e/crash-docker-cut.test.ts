import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { assertOnPool } from './crash-support/docker-pool.ts';
import { cutAtPoint, nameOf, patience } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { diskOf } from './support/shell.ts';

// The power goes in Docker's part of setup, and at the next boot Docker starts with whatever it finds.

const setupOf = (guest: Guest): string[] => ['dmtool', 'setup', '--device', diskOf(guest), '--yes'];

for (const [title, points] of [
  [
    'at each step up to the start, one run after the other',
    pointsOf(
      [at.containersAfter, at.stopAfter, at.asideHalf, at.keepBefore, at.configAfter],
      [at.stopAfter, at.asideHalf, at.configAfter],
    ),
  ],
  ['while Docker comes up on the pool', [at.awaiting]],
] as const) {
  test(`the power goes ${title}`, async (t) => {
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker();
    if (!guest.can('cut')) return t.pass('the power of the host is not cut');
    const before = await hostState(guest);
    for (const point of points) await cutAtPoint(guest, setupOf(guest), point);
    const last = await guest.run(setupOf(guest), patience);
    t.is(last.exitCode, 0, last.stderr);
    await assertOnPool(t, guest, before);
    const back = await guest.run(['dmtool', 'teardown', '--yes'], patience);
    t.is(back.exitCode, 0, `${points.map(nameOf)}: ${back.stderr}`);
    t.deepEqual((await hostState(guest)).docker, before.docker);
  });
}
