import test from 'ava';
import { assertBlank } from './crash-support/machine.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, startDocker } from './support/docker.ts';
import { dockerHostState, dockerInfoText, tracesOf } from './support/docker-host.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// The main job: one command from a blank disk to Docker on a thin pool, and one command back.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('a blank disk becomes the pool that Docker runs on, and teardown leaves nothing of it', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['10G'] });
  const disk = diskOf(guest);
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'job');
  const before = await dockerState(guest);

  const made = await dmtool(guest, ['setup', '--device', disk, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stdout, /^Docker runs on thin pool docker\/thinpool: made, watched, and read back/);
  t.regex(made.stdout, /^To undo: dmtool teardown --vg docker --pool thinpool$/m);
  const info = Object.fromEntries(await dockerInfoText(guest));
  t.like(info, {
    'Storage Driver': 'devicemapper',
    'Pool Name': 'docker-thinpool',
    'Pool Blocksize': '524.3kB',
    'Base Device Size': '10.74GB',
    'Backing Filesystem': 'xfs',
    'Data Space Total': '10.2GB',
    'Metadata Space Total': '104.9MB',
    'Thin Pool Minimum Free Space': '1.019GB',
    'Udev Sync Supported': 'true',
    'Deferred Removal Enabled': 'true',
    'Deferred Deletion Enabled': 'true',
    'Deferred Deleted Device Count': '0',
    Images: '0',
    Containers: '0',
  });
  // A pool on files would name them here.
  t.falsy(info['Data file'] || info['Data loop file'] || info['Metadata file'] || info['Metadata loop file']);

  const empty = await poolFacts(guest, 'docker/thinpool');
  await importBusybox(guest);
  await runContainer(guest, 'writer');
  await must(guest, 'docker exec writer busybox dd if=/dev/zero of=/written bs=1M count=100 conv=fsync');
  const filled = await poolFacts(guest, 'docker/thinpool');
  const writtenBlocks = filled.usedBlocks - empty.usedBlocks;
  t.true(writtenBlocks >= 200, `${writtenBlocks} blocks of 512 KiB`);

  const state = await dockerHostState(guest);
  const again = await dmtoolJson(guest, ['setup', '--device', disk, '--yes']);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0, steps: [] });
  t.is(again.stderr, '');
  t.is(await dockerHostState(guest), state);

  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await dockerState(guest), before);
  await assertBlank(t, guest);
  t.is(await tracesOf(guest), '');
  const twice = await dmtoolJson(guest, ['teardown', '--yes']);
  t.like(twice.document, { outcome: 'nothing-to-do', exitCode: 0 });
  // Without --wipe: the disk is as blank as a new one.
  const next = await dmtool(guest, ['setup', '--device', disk, '--yes']);
  t.is(next.exitCode, 0, next.stderr);
  t.is((await dockerInfoText(guest)).get('Pool Name'), 'docker-thinpool');
});
