import test from 'ava';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// Debian's init script kills dockerd 10 s after it was told to stop. Containers that take longer would run on without it.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('a container that does not heed the wish to stop is stopped before Docker, and its files are moved after that', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['1G'] });
  await startDocker(guest);
  await importBusybox(guest);
  await must(
    guest,
    `docker run --detach --network none --stop-timeout 20 --name stubborn box \
    sh -c 'trap "" TERM; sleep 7654321 & while :; do wait; done'`,
  );
  await runContainer(guest, 'web', { restart: 'unless-stopped' });
  const before = await dockerState(guest);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.is(await must(guest, 'pgrep -f "[s]leep 7654321" || :; grep -l docker.bk /proc/*/mountinfo || :'), '');
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await dockerState(guest), before);
  t.is(await tracesOf(guest), '');
});
