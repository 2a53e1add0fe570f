import test from 'ava';
import { bootContainerd, snapshotterState, startContainerd } from './support/containerd.ts';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { ctrExec, ctrRun, ctrStart, ctrStop, ctrWrite, importBox } from './support/ctr.ts';
import { bootDocker, startDocker } from './support/docker.ts';
import { makeLate } from './support/late-disk.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { behind, needCheck } from './support/sick-pool.ts';

// Pools that are ill, with an engine on them: it goes first, and comes back last.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const repair = ['repair', '--yes'];

/** A device that the engine does not know, so that what fails is nobody’s. */
const thinBeside = `dmsetup message docker-thinpool 0 'create_thin 9000'
dmsetup create vol --table '0 2097152 thin /dev/mapper/docker-thinpool 9000'`;

test.serial('with Docker on it: stopped first, back last, and its container with what it had written', async (t) => {
  if (isHost) return t.pass('the host’s disks are not made to fail');
  await using guest = await bootDocker({ disks: ['2G'] });
  await must(guest, behind, diskOf(guest));
  await startDocker(guest);
  const setup = await dmtool(guest, [
    'setup',
    '--device',
    '/dev/mapper/under',
    '--fs',
    'ext4',
    '--base-size',
    '1G',
    '--yes',
  ]);
  t.is(setup.exitCode, 0, setup.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'web');
  await must(guest, 'docker exec web sh -c "echo kept > /data/kept"; sync');
  await must(guest, thinBeside);
  await needCheck(guest, 'under', '/dev/mapper/vol', 100);
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(mended.stderr, /^Warning: Docker stops, and with it web, until the pool is well\.$/m);
  t.regex(mended.stdout, /^Filesystems: (\d+) of \d+ are sound/m);
  t.regex(await must(guest, 'dmsetup status --noflush docker-thinpool'), / rw .*- /);
  t.like(await containers(guest), [{ name: 'web', state: 'running' }]);
  t.is(await must(guest, 'docker exec web cat /data/kept'), 'kept\n');
});

test.serial('with containerd on it: its containers end before, and its snapshotter is ready after', async (t) => {
  if (isHost) return t.pass('the host’s own containerd is left alone');
  await using guest = await bootContainerd({ disks: ['1G'], init: 'systemd' });
  await makeLate(guest, diskOf(guest));
  await startContainerd(guest);
  const setup = ['setup', '--engine', 'containerd', '--device', '/dev/mapper/late', '--base-size', '128M', '--yes'];
  const made = await dmtool(guest, setup);
  t.is(made.exitCode, 0, made.stderr);
  await importBox(guest);
  await ctrRun(guest, 'web');
  await ctrWrite(guest, 'web', '/kept', 'of web');
  await must(guest, thinBeside);
  await needCheck(guest, 'late', '/dev/mapper/vol', 100);
  const refused = await dmtoolJson(guest, repair);
  t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'in-use']);
  await ctrStop(guest, 'web');
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(await must(guest, 'dmsetup status --noflush docker-thinpool'), / rw .*- /);
  t.is(await snapshotterState(guest), 'ok');
  await ctrStart(guest, 'web');
  t.is(await ctrExec(guest, 'web', 'cat', '/kept'), 'of web\n');
});
