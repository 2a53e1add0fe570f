import test from 'ava';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// A host that has been in use for years: what is on it belongs to somebody, and comes back as it was.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** As somebody wrote it by hand: tabs and blanks, no newline at its end, options of the driver in use. */
const oddConfig = `{
\t"iptables":false , "bridge" : "none",
     "storage-driver": "overlay2",
   "storage-opts":["overlay2.override_kernel_check=true"],
\t"exec-opts": ["native.cgroupdriver=cgroupfs"],"labels":["owner=them"]
}`;

test('images, containers, volumes, a dotfile, an older docker.bk and a linked daemon.json come back', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  const disk = diskOf(guest);
  await guest.writeFile('/etc/docker/site/real.json', oddConfig);
  await must(
    guest,
    `cd /etc/docker; chmod 640 site/real.json; chown daemon:mail site/real.json; ln -sf site/real.json daemon.json
    mkdir /var/lib/docker.bk; echo theirs > /var/lib/docker.bk/theirs`,
  );
  await startDocker(guest);
  await importBusybox(guest);
  await importBusybox(guest, 'spare:1');
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'job');
  await runContainer(guest, 'old', { restart: 'unless-stopped' });
  await must(guest, 'docker stop old; echo hidden > /var/lib/docker/.dotfile');
  const before = await dockerState(guest);
  t.regex(before.daemonJson, /^site\/real\.json\n640 daemon:mail\n/);

  const made = await dmtool(guest, ['setup', '--device', disk, '--yes', '--carry-volumes']);
  t.is(made.exitCode, 0, made.stderr);
  const config = await guest.readFile('/etc/docker/site/real.json');
  for (const line of ['\t"iptables":false , "bridge" : "none",', '"labels":["owner=them"]'])
    t.true(config.includes(line));
  t.notRegex(config, /overlay2/);
  t.like(JSON.parse(config), { 'storage-driver': 'devicemapper', bridge: 'none' });
  t.is(
    await must(guest, 'cd /etc/docker; readlink daemon.json; stat -Lc "%a %U:%G" daemon.json'),
    'site/real.json\n640 daemon:mail\n',
  );
  // The older one is somebody's: ours is numbered.
  t.is(await must(guest, 'cat /var/lib/docker.bk/theirs /var/lib/docker.bk.1/.dotfile'), 'theirs\nhidden\n');
  t.is((await must(guest, 'ls -A /var/lib/docker')).includes('.dotfile'), false);

  await importBusybox(guest);
  await runContainer(guest, 'reader', { volume: 'data' });
  t.is(await must(guest, 'docker exec reader cat /data/web'), 'of web\n');

  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  const after = await dockerState(guest);
  // What the volume got on the pool has come along.
  t.is(after.volumes, `/var/lib/docker/volumes/data/_data/reader:of reader\n${before.volumes}`);
  t.deepEqual({ ...after, volumes: before.volumes }, before);
  t.is(await must(guest, 'cat /var/lib/docker.bk/theirs /var/lib/docker/.dotfile'), 'theirs\nhidden\n');
  t.is(await tracesOf(guest), '/var/lib/docker.bk\n');
});

test('volumes that nobody asked to take over are set aside with the rest; an absolute link stays one', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await must(guest, 'mkdir /srv/etc; mv /etc/docker/daemon.json /srv/etc; ln -s /srv/etc/daemon.json /etc/docker/');
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { volume: 'data' });
  const before = await dockerState(guest);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /1 volume: data \(--carry-volumes takes them over\)/);
  t.is(await must(guest, 'docker volume ls --quiet'), '');
  t.is(await must(guest, 'readlink /etc/docker/daemon.json'), '/srv/etc/daemon.json\n');
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await dockerState(guest), before);
  t.is(await tracesOf(guest), '');
  t.is(await must(guest, 'ls /srv/etc'), 'daemon.json\n');
});
