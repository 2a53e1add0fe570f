import test from 'ava';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker } from './support/docker.ts';
import { dockerHostState, dockerInfoText, tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// No disk, only to try it: Docker makes its pool on files. And from there to a disk, and all the way back.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('files instead of a disk, then a disk after all, and both taken back one after the other', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'job');
  const before = await dockerState(guest);

  const loop = ['setup', '--loop', '2G', '--metadata-size', '64M', '--yes'];
  const made = await dmtool(guest, loop);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /^Warning: loop-lvm is for testing only/m);
  t.regex(made.stdout, /never for production/);
  t.regex(made.stdout, /^To undo: dmtool teardown --loop$/m);
  t.like(Object.fromEntries(await dockerInfoText(guest)), {
    'Storage Driver': 'devicemapper',
    'Data loop file': '/var/lib/docker/devicemapper/devicemapper/data',
    'Metadata loop file': '/var/lib/docker/devicemapper/devicemapper/metadata',
    'Data Space Total': '2.147GB',
    'Metadata Space Total': '67.11MB',
  });
  await importBusybox(guest);
  await runContainer(guest, 'tried');
  const onFiles = await dockerState(guest);

  const state = await dockerHostState(guest);
  t.like((await dmtoolJson(guest, loop)).document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.is(await dockerHostState(guest), state);

  const moved = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(moved.exitCode, 0, moved.stderr);
  const info = await dockerInfo(guest);
  t.is(driverStatus(info, 'Pool Name'), 'docker-thinpool');
  t.falsy(driverStatus(info, 'Data loop file'));
  t.is(await must(guest, 'losetup --list --noheadings'), '');

  // The files can't come back before the disk's pool is gone, and what is meant has to be said.
  const unclear = await dmtoolJson(guest, ['teardown', '--yes']);
  t.deepEqual([unclear.exitCode, ...refusalCodes(unclear)], [3, 'ambiguous']);
  const first = await dmtool(guest, ['teardown', '--vg', 'docker', '--pool', 'thinpool', '--yes']);
  t.is(first.exitCode, 0, first.stderr);
  t.deepEqual(await dockerState(guest), onFiles);
  t.is((await dockerInfoText(guest)).get('Data loop file'), '/var/lib/docker/devicemapper/devicemapper/data');

  const second = await dmtool(guest, ['teardown', '--loop', '--yes']);
  t.is(second.exitCode, 0, second.stderr);
  t.deepEqual(await dockerState(guest), before);
  t.is(await must(guest, 'losetup --list --noheadings'), '');
  t.is(await tracesOf(guest), '');
});
