import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker, stopDocker, writeDaemonJson } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// Docker's data may lie anywhere: they are moved where they are, never from one filesystem to another.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const root = '/var/lib/docker';

/** Containers before, setup, a container on the pool, teardown, containers as before. */
async function thereAndBack(guest: Guest): Promise<{ aside: string; dataRoot: string; came: boolean; traces: string }> {
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  const before = await dockerState(guest);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  const aside = /^Moved from \S+ to (\S+),/m.exec(made.stderr)?.[1] ?? made.stderr;
  const { DockerRootDir: dataRoot } = await dockerInfo(guest);
  await must(guest, 'test -s "$1/image/overlay2/repositories.json"', aside);
  await importBusybox(guest);
  await runContainer(guest, 'new');
  const back = await dmtool(guest, ['teardown', '--yes']);
  const after = await dockerState(guest);
  const came = made.exitCode === 0 && back.exitCode === 0 && JSON.stringify(before) === JSON.stringify(after);
  return { aside, dataRoot, came, traces: await tracesOf(guest) };
}

test('a data root that is a mount of its own stays one: what is set aside lies in it', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'], filesystems: [root] });
  const mount = 'findmnt --noheadings --output TARGET,SOURCE,OPTIONS /var/lib/docker; stat -c %i /var/lib/docker';
  const before = await must(guest, mount);
  t.deepEqual(await thereAndBack(guest), { aside: `${root}/docker.bk`, dataRoot: root, came: true, traces: '' });
  await stopDocker(guest);
  t.is(await must(guest, mount), before);
  t.is(await must(guest, 'ls -A /var/lib/docker | grep -c lost+found'), '1\n');
});

test('a data root that is a link, and one that daemon.json puts elsewhere', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await must(guest, 'mkdir /var/lib/large; ln -s large /var/lib/docker');
  const linked = await thereAndBack(guest);
  t.deepEqual(linked, { aside: '/var/lib/large.bk', dataRoot: '/var/lib/large', came: true, traces: '' });
  t.is(await must(guest, 'readlink /var/lib/docker'), 'large\n');

  await stopDocker(guest);
  await writeDaemonJson(guest, { 'data-root': '/var/lib/else/where' });
  const elsewhere = await thereAndBack(guest);
  t.deepEqual(elsewhere, {
    ...{ aside: '/var/lib/else/where.bk', dataRoot: '/var/lib/else/where' },
    ...{ came: true, traces: '' },
  });
  // The usual place was nobody's business.
  t.is(await must(guest, 'ls -A /var/lib/large | grep -c overlay2'), '1\n');
});
