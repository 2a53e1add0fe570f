import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { assertOnPool } from './crash-support/docker-pool.ts';
import { killAtPoint, nameOf, patience } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { diskOf } from './support/shell.ts';

// kill -9 of dmtool at each step of Docker's part of setup.

const setupOf = (guest: Guest): string[] => ['dmtool', 'setup', '--device', diskOf(guest), '--yes'];

test('killed at each step, one run after the other: the last one gets through, and teardown brings all back', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await hostState(guest);
  for (const point of pointsOf(
    [
      ...[at.containersBefore, at.containersAfter, at.stopBefore, at.stopAfter, at.asideBefore, at.asideHalf],
      ...[at.keepBefore, at.keepAfter, at.configBefore, at.configAfter, at.startBefore, at.awaiting],
    ],
    [at.containersAfter, at.asideHalf, at.configAfter, at.awaiting],
  )) {
    await killAtPoint(guest, setupOf(guest), point, 'remove');
  }
  const last = await guest.run(setupOf(guest), patience);
  t.is(last.exitCode, 0, last.stderr);
  await assertOnPool(t, guest, before);
  const back = await guest.run(['dmtool', 'teardown', '--yes'], patience);
  t.is(back.exitCode, 0, back.stderr);
  await assertHostAsBefore(t, guest, before, 'taken back');
});

test('killed, and taken back instead of gone on with', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await hostState(guest);
  for (const point of pointsOf(
    [at.containersAfter, at.asideHalf, at.configBefore, at.startBefore, at.awaiting, at.recordBefore],
    [at.asideHalf, at.awaiting, at.recordBefore],
  )) {
    await killAtPoint(guest, setupOf(guest), point, 'release');
    const back = await guest.run(['dmtool', 'teardown', '--yes'], patience);
    t.is(back.exitCode, 0, `${nameOf(point)}: ${back.stderr}`);
    await assertHostAsBefore(t, guest, before, nameOf(point));
  }
});
