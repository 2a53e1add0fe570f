import test from 'ava';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, startDocker } from './support/docker.ts';
import { daemonPid, dockerInfoText } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// What one may ask of Docker's driver, seen in what Docker says; and asked again, otherwise.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('options are seen in docker info; others restart Docker once, with all its containers', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['10G'] });
  await startDocker(guest);
  const disk = diskOf(guest);
  const setup = ['setup', '--device', disk, '--yes'];
  const options = ['--base-size', '20G', '--fs', 'ext4', '--storage-opt', 'dm.mountopt=nodiscard,noatime'];
  const made = await dmtool(guest, [...setup, ...options, '--min-free-space', '15']);
  t.is(made.exitCode, 0, made.stderr);
  // 15 % of 19448 blocks of 512 KiB, in whole ones.
  t.like(Object.fromEntries(await dockerInfoText(guest)), {
    'Base Device Size': '21.47GB',
    'Backing Filesystem': 'ext4',
    'Thin Pool Minimum Free Space': '1.529GB',
  });
  await importBusybox(guest);
  await runContainer(guest, 'kept', { restart: 'always' });
  await runContainer(guest, 'once');
  t.regex(await must(guest, 'grep devicemapper /proc/mounts'), / ext4 \S*noatime/);

  const pid = await daemonPid(guest);
  // The same in other words, and nothing at all: what is there stays.
  for (const same of [['--min-free-space', '15%'], []]) {
    const again = await dmtoolJson(guest, [...setup, ...same]);
    t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  }
  // Docker would start with it, and not heed it.
  const filesystem = await dmtoolJson(guest, [...setup, '--fs', 'xfs']);
  t.deepEqual([filesystem.exitCode, ...refusalCodes(filesystem)], [3, 'pool-differs']);
  t.is(await daemonPid(guest), pid);

  const starts = (): Promise<string> => must(guest, 'grep -c "API listen on" /var/log/docker.log');
  const startsBefore = Number(await starts());
  const other = await dmtool(guest, [...setup, '--min-free-space', '20%', '--base-size', '25G']);
  t.is(other.exitCode, 0, other.stderr);
  t.regex(other.stderr, /2 running containers: .*\n\s+They are started again in the end/);
  t.like(Object.fromEntries(await dockerInfoText(guest)), {
    'Base Device Size': '26.84GB',
    'Thin Pool Minimum Free Space': '2.039GB',
  });
  t.is(Number(await starts()), startsBefore + 1);
  t.deepEqual(await containers(guest), [
    { name: 'kept', image: 'box', state: 'running' },
    { name: 'once', image: 'box', state: 'running' },
  ]);
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is((await dockerInfoText(guest)).get('Storage Driver'), 'overlay2');
});

test('what Docker refuses later is undone: it runs again with the options that it had', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  const setup = ['setup', '--device', diskOf(guest), '--yes'];
  const made = await dmtool(guest, [...setup, '--base-size', '12G']);
  t.is(made.exitCode, 0, made.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'once');
  const config = await guest.readFile('/etc/docker/daemon.json');
  // A base device grows only.
  const smaller = await dmtool(guest, [...setup, '--base-size', '11G']);
  t.is(smaller.exitCode, 1, smaller.stderr);
  t.regex(smaller.stderr, /Base device size cannot be smaller/);
  t.is(await guest.readFile('/etc/docker/daemon.json'), config);
  t.deepEqual(await containers(guest), [{ name: 'once', image: 'box', state: 'running' }]);
  t.like((await dmtoolJson(guest, setup)).document, { outcome: 'nothing-to-do', exitCode: 0 });
});
