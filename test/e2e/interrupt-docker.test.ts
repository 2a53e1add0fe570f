import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import * as at from './crash-support/docker-points.ts';
import { nameOf, standStillAt } from './crash-support/points.ts';
import { diskOf } from './support/shell.ts';

// Somebody stops dmtool while it works on Docker: Docker runs again as it did before.

test('SIGINT and SIGTERM while Docker is stopped, while its data move, while it comes up', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', 'setup', '--device', diskOf(guest), '--yes'];
  const before = await hostState(guest);
  for (const [point, signal, target] of [
    [at.containersBefore, 'SIGINT', 'group'],
    [at.stopAfter, 'SIGTERM', 'program'],
    [at.asideHalf, 'SIGINT', 'group'],
    [at.awaiting, 'SIGTERM', 'group'],
  ] as const) {
    const { job, fault } = await standStillAt(guest, setup, point);
    job.kill(signal, target);
    // Nobody has to wait for a daemon that does not come up.
    if (point !== at.awaiting) await fault.release();
    const { exitCode, stderr } = await job.result;
    await fault.remove();
    t.is(exitCode, 130, `${nameOf(point)}: ${stderr}`);
    t.regex(stderr, /^Interrupted: waiting for the running command[\s\S]*the machine is as before/m);
    await assertHostAsBefore(t, guest, before, nameOf(point));
  }
});
