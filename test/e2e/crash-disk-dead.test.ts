import test from 'ava';
import { bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import { patience } from './crash-support/points.ts';
import { FRAIL, fail, mend, shield } from './matrix/frail.ts';
import { runWhole } from './matrix/run.ts';
import { dmtool } from './support/shell.ts';

// The disk under Docker's pool is dead, and Docker is wanted back.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('Docker comes back without it, nobody calls the pool well or gone, and what is left goes when the disk is there again', async (t) => {
  if (isHost) return t.pass('the host’s disks do not fail for a test');
  await using guest = await bootBusyDocker({ disks: ['2G'] });
  await shield(guest);
  const before = await hostState(guest);
  const setup = await guest.run(['dmtool', 'setup', '--device', FRAIL, '--yes'], patience);
  t.is(setup.exitCode, 0, setup.stderr);
  await fail(guest);
  const status = await dmtool(guest, ['status']);
  t.is(status.exitCode, 2, status.stdout);
  t.regex(status.stdout, /CRITICAL - .*LVM made it, and does not find it any more/);
  const teardown = await runWhole(guest, ['dmtool', 'teardown', '--yes']);
  t.is(teardown.exitCode, 4, teardown.stdout + teardown.stderr);
  t.regex(teardown.stderr, /lvremove .*docker\/thinpool/);
  t.deepEqual((await hostState(guest)).docker, before.docker);
  const again = await runWhole(guest, ['dmtool', 'teardown', '--yes']);
  t.is(again.exitCode, 4, again.stdout + again.stderr);
  await mend(guest);
  const end = await runWhole(guest, ['dmtool', 'teardown', '--yes']);
  t.is(end.exitCode, 0, end.stderr);
  t.deepEqual(await hostState(guest), before);
});
