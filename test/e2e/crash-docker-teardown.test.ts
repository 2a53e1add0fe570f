import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { useThePool } from './crash-support/docker-pool.ts';
import { cutAtPoint, killAtPoint, patience } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { tryToStartDocker } from './support/docker.ts';
import { diskOf } from './support/shell.ts';

// Teardown that is cut off, on a host where Docker is busy on the pool: the next one goes on.

const teardown = ['dmtool', 'teardown', '--yes'];

test('killed at each step of teardown, one run after the other: the last one gets through', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await hostState(guest);
  await useThePool(guest);
  for (const point of pointsOf(
    [
      ...[at.containersBefore, at.containersAfter, at.stopBefore, at.stopAfter],
      ...[at.backAsideBefore, at.backAsideHalf, at.configBefore, at.configAfter],
      ...[at.bringBefore, at.bringAfter, at.startBefore, at.startAfter, at.containersStarted],
      ...at.removal(diskOf(guest)),
      at.forgetting,
    ],
    [
      ...[at.stopAfter, at.backAsideHalf, at.bringBefore, at.startAfter],
      ...at.removal(diskOf(guest)).filter(({ mode }) => mode === 'after'),
      at.forgetting,
    ],
  )) {
    await killAtPoint(guest, teardown, point, 'remove');
  }
  const last = await guest.run(teardown, patience);
  t.is(last.exitCode, 0, last.stderr);
  await assertHostAsBefore(t, guest, before, 'taken back');
});

test('the power goes while data go their ways, one run after the other', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('cut')) return t.pass('the power of the host is not cut');
  const before = await hostState(guest);
  await useThePool(guest);
  // Docker does not take a pool that its data root knows nothing of, and begins anew where it finds nothing.
  for (const point of pointsOf([at.backAsideHalf, at.configAfter, at.bringAfter], [at.backAsideHalf, at.bringAfter]))
    await cutAtPoint(guest, teardown, point, tryToStartDocker);
  const last = await guest.run(teardown, patience);
  t.is(last.exitCode, 0, last.stderr);
  await assertHostAsBefore(t, guest, before, 'taken back');
});
