import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containers, daemonJsonState, dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker, stopDocker, writeDaemonJson } from './support/docker.ts';
import { diskOf, must } from './support/shell.ts';

// The lab's own story about Docker: what the other stories take for granted.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** Steps 4 to 11 of the documents, so that the lab does not depend on what it tests. */
const makePool = (guest: Guest): Promise<string> =>
  must(
    guest,
    `pvcreate "$1"; vgcreate docker "$1"
    lvcreate --wipesignatures y -n thinpool docker -l 95%VG
    lvcreate --wipesignatures y -n thinpoolmeta docker -l 1%VG
    lvconvert -y --zero n -c 512K --thinpool docker/thinpool --poolmetadata docker/thinpoolmeta`,
    diskOf(guest),
  );

const poolSettings = {
  'storage-driver': 'devicemapper',
  'storage-opts': [
    'dm.thinpooldev=/dev/mapper/docker-thinpool',
    'dm.use_deferred_removal=true',
    'dm.use_deferred_deletion=true',
  ],
} as const;

test('containers, images and volumes are there again after a stop, a power cut and a reboot', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker();
  await startDocker(guest);
  t.is((await dockerInfo(guest)).Driver, 'overlay2');
  await importBusybox(guest);
  await runContainer(guest, 'kept', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'once');
  const before = await dockerState(guest);
  t.deepEqual(before.containers, [
    { name: 'kept', image: 'box', state: 'running' },
    { name: 'once', image: 'box', state: 'running' },
  ]);
  t.is(before.volumes, '/var/lib/docker/volumes/data/_data/kept:of kept\n');
  t.is(before.images.length, 1);
  t.regex(await daemonJsonState(guest), /^644 root:root\n/);

  await stopDocker(guest);
  t.is(await must(guest, 'pgrep -l "dockerd|containerd" || :; grep /var/lib/docker /proc/self/mountinfo || :'), '');
  // One rename on one filesystem, which is what the guest's own data root is for.
  await must(
    guest,
    'mv /var/lib/docker /var/lib/docker.bk; [ ! -e /var/lib/docker ]; mv /var/lib/docker.bk /var/lib/docker',
  );
  await must(guest, 'sync');
  await guest.cut();
  await guest.reboot();
  await startDocker(guest);
  const after = await dockerState(guest);
  t.deepEqual(after, { ...before, containers: after.containers });
  t.deepEqual(
    (await containers(guest)).map(({ name, state }) => `${name} ${state}`),
    ['kept running', 'once exited'],
  );
});

test('Docker runs on a thin pool, with a mount of its own for its data, also after a reboot', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'], filesystems: ['/var/lib/docker'] });
  t.is(await must(guest, 'stat -c %m /var/lib/docker'), '/var/lib/docker\n');
  await makePool(guest);
  await writeDaemonJson(guest, poolSettings);
  await startDocker(guest);
  const info = await dockerInfo(guest);
  t.is(info.Driver, 'devicemapper');
  t.is(driverStatus(info, 'Pool Name'), 'docker-thinpool');
  await importBusybox(guest);
  await runContainer(guest, 'kept', { restart: 'always' });
  await guest.reboot();
  await must(guest, 'vgchange --activate y docker');
  await startDocker(guest);
  t.deepEqual(await containers(guest), [{ name: 'kept', image: 'box', state: 'running' }]);
});

test('a daemon that does not start says why', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker();
  await writeDaemonJson(guest, { 'storage-driver': 'overlay2', 'storage-opts': ['dm.basesize=10G'] });
  await t.throwsAsync(startDocker(guest), { message: /unknown option dm\.basesize/ });
});
