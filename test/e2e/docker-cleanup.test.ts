import test from 'ava';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { daemonPid, dockerHostState, tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// What was set aside goes for good when somebody says so, and never while anybody uses it.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('docker.bk is removed when nothing uses it, and teardown afterwards begins without data', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  const nothing = await dmtoolJson(guest, ['cleanup', '--yes']);
  t.like(nothing.document, { outcome: 'nothing-to-do', exitCode: 0 });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'new');

  const volume = '/var/lib/docker.bk/volumes/data/_data';
  const uses: readonly (readonly [string, string, RegExp])[] = [
    [`mkdir /mnt/seen; mount --bind ${volume} /mnt/seen`, 'umount /mnt/seen', /mounted on \/mnt\/seen/],
    [`mkdir ${volume}/in; mount -t tmpfs none ${volume}/in`, `umount ${volume}/in`, /_data\/in is mounted in it/],
    [
      `truncate -s 1M ${volume}/image; losetup /dev/loop7 ${volume}/image`,
      'losetup --detach /dev/loop7',
      /\/dev\/loop7 is on \/var\/lib\/docker\.bk\//,
    ],
  ];
  for (const [use, release, said] of uses) {
    await must(guest, use);
    const before = await dockerHostState(guest);
    const refused = await dmtoolJson(guest, ['cleanup', '--yes']);
    t.is(await dockerHostState(guest), before);
    await must(guest, release);
    const { refusals = [] } = refused.document;
    t.deepEqual([refused.exitCode, ...refusals.map(({ code }) => code)], [3, 'in-use'], refused.stdout);
    t.regex(refusals[0]?.reason ?? '', said);
  }
  t.is(await must(guest, 'cat /var/lib/docker.bk/volumes/data/_data/web'), 'of web\n');

  const pid = await daemonPid(guest);
  const cleaned = await dmtool(guest, ['cleanup', '--yes']);
  t.is(cleaned.exitCode, 0, cleaned.stderr);
  t.regex(cleaned.stderr, /^Destroying \/var\/lib\/docker\.bk: /m);
  t.is(await must(guest, 'ls /var/lib | grep docker'), 'docker\n');
  t.is(await daemonPid(guest), pid);
  t.deepEqual(await containers(guest), [{ name: 'new', image: 'box', state: 'running' }]);
  const again = await dmtoolJson(guest, ['cleanup', '--yes']);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });

  const dry = await dmtoolJson(guest, ['teardown', '--dry-run']);
  t.true(JSON.stringify(dry.document).includes('it had no data before, or they were cleaned up'), dry.stdout);
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await containers(guest), []);
  t.is((await dockerInfo(guest)).Driver, 'overlay2');
  t.is(await tracesOf(guest), '');
});
