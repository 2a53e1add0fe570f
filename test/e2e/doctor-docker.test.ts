import test from 'ava';
import { importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker, stopDocker } from './support/docker.ts';
import { doctorCodes } from './support/findings.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// What goes wrong between Docker and its pool, each of it brought about for real.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** A second daemon with a copy of the first one's data: it takes the pool for its own. */
const secondDaemon = `
cp -a /var/lib/docker /var/lib/second
dockerd --data-root /var/lib/second --exec-root /run/second --pidfile /run/second.pid --host unix:///run/second.sock \\
  > /var/log/second.log 2>&1 < /dev/null &
tail --pid=$! -F /var/log/second.log 2> /dev/null | grep -q -m1 'API listen on'`;

test.serial('what is wrong between Docker and its pool is found, and nothing where all is well', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['1G'] });
  await startDocker(guest);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'web');
  // Ten gigabytes for each container were promised.
  const well = ['DM126 INFO'];
  t.deepEqual(await doctorCodes(guest), well);
  t.like((await dmtoolJson(guest, ['status'])).document.pools?.[0], { engine: 'Docker', minimumFreePercent: 10 });
  t.regex((await dmtool(guest, ['status', '--format', 'human'])).stdout, /^docker\/thinpool \(LVM, Docker\)$/m);

  // Somebody has a part of a container mounted elsewhere, in a view of their own: that outlives the container.
  const leak = guest.start([
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    'mount --bind /var/lib/docker/devicemapper/mnt/*/rootfs /mnt; touch /run/ready; exec sleep 1000000',
  ]);
  await must(guest, 'until [ -e /run/ready ]; do sleep 0.1; done');
  t.deepEqual(await doctorCodes(guest), well);
  await must(guest, 'docker stop web');
  const leaked = await dmtool(guest, ['doctor']);
  t.is(leaked.exitCode, 1);
  const [, nsenter] =
    /is mounted on \S+ in the view of process \d+ \(sleep\) alone[^\n]*\n {4}-> (.*)$/m.exec(leaked.stdout) ?? [];
  await must(guest, nsenter ?? 'false');
  t.deepEqual(
    (await doctorCodes(guest)).filter((each) => each.startsWith('DM132')),
    [],
  );
  leak.kill('SIGKILL');

  const text = await guest.readFile('/etc/docker/daemon.json');
  await guest.writeFile(
    '/etc/docker/daemon.json',
    text.replace('dm.thinpooldev=/dev/mapper/docker-thinpool', 'dm.thinpooldev=/dev/mapper/other'),
  );
  t.true((await doctorCodes(guest)).includes('DM128 WARNING'));
  await stopDocker(guest);
  t.true((await doctorCodes(guest)).includes('DM128 CRITICAL'));
  await guest.writeFile('/etc/docker/daemon.json', text);
  await guest.writeFile('/etc/default/docker', 'DOCKER_OPTS="--storage-driver=devicemapper"\n');
  t.deepEqual(await doctorCodes(guest), ['DM129 CRITICAL']);
  await must(guest, 'rm /etc/default/docker');
  await must(guest, 'lvchange --activate n docker/thinpool');
  t.deepEqual(await doctorCodes(guest), ['DM106 CRITICAL', 'DM128 CRITICAL']);
  await must(guest, 'lvchange --activate y docker/thinpool');

  // Less is free than this Docker asks for; and then two daemons at once.
  await guest.writeFile(
    '/etc/docker/daemon.json',
    text.replace('"storage-opts": [', '"storage-opts": [\n    "dm.min_free_space=99%",'),
  );
  t.deepEqual(await doctorCodes(guest), ['DM117 CRITICAL']);
  await guest.writeFile('/etc/docker/daemon.json', text);
  await startDocker(guest);
  t.is(driverStatus(await dockerInfo(guest), 'Pool Name'), 'docker-thinpool');
  await must(guest, secondDaemon);
  await must(guest, 'docker start web; docker --host unix:///run/second.sock start web');
  t.deepEqual(
    (await doctorCodes(guest)).filter((each) => each !== 'DM126 INFO'),
    ['DM130 CRITICAL'],
  );
});
