import test from 'ava';
import { assertBlank } from './crash-support/machine.ts';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker, stopDocker, writeDaemonJson } from './support/docker.ts';
import { dockerHostState, tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// Data that live on one pool are not left behind for another, and files are not moved under a container that runs.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('another pool for a data root that has one, and a used pool for a data root that is new', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G', '512M'] });
  await startDocker(guest);
  const [first, second] = [diskOf(guest, 0), diskOf(guest, 1)];
  const made = await dmtool(guest, ['setup', '--device', first, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  const before = await dockerHostState(guest);
  const other = await dmtoolJson(guest, ['setup', '--device', second, '--vg', 'other', '--yes']);
  t.deepEqual([other.exitCode, ...refusalCodes(other)], [3, 'data-root-foreign']);
  t.regex(other.document.refusals?.[0]?.reason ?? '', /docker-thinpool/);
  t.is(await dockerHostState(guest), before);
  await assertBlank(t, guest, [second]);

  // Somebody has removed all of Docker's files to begin anew: the pool still has its blocks.
  await stopDocker(guest);
  await must(guest, 'find /var/lib/docker -mindepth 1 -delete');
  const state = await dockerHostState(guest);
  const used = await dmtoolJson(guest, ['setup', '--device', first, '--yes']);
  t.deepEqual([used.exitCode, ...refusalCodes(used)], [3, 'pool-used']);
  t.is(await dockerHostState(guest), state);
  // The remedy that it names is one.
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is((await dockerInfo(guest)).Driver, 'overlay2');
  t.is(await tracesOf(guest), '');
});

test('containers that outlive the daemon keep their files; with the daemon up they are stopped first', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await writeDaemonJson(guest, { 'live-restore': true });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always' });
  await runContainer(guest, 'job');
  const setup = ['setup', '--device', diskOf(guest), '--yes'];
  const running = 'pgrep -fx "sleep 1000000" | sort';
  const processes = await must(guest, running);
  t.is(processes.trim().split('\n').length, 2);

  await must(guest, 'kill -9 "$(cat /var/run/docker.pid)"; while pgrep -x dockerd; do sleep 0.1; done');
  const before = await dockerHostState(guest);
  const refused = await dmtoolJson(guest, setup);
  t.deepEqual([refused.exitCode, ...new Set(refusalCodes(refused))], [3, 'data-root-busy']);
  t.regex(refused.document.refusals?.[0]?.reason ?? '', /live-restore/);
  t.is(await dockerHostState(guest), before);
  t.is(await must(guest, running), processes);

  await startDocker(guest);
  t.is(await must(guest, running), processes);
  const made = await dmtool(guest, setup);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /✔ Stop the containers (web, job|job, web)\n✔ Stop Docker\n/);
  t.is(await must(guest, `${running}; grep docker.bk /proc/*/mountinfo || :`), '');
  t.true((await dockerInfo(guest)).LiveRestoreEnabled);
  // The way back stops what runs on the pool, too.
  await importBusybox(guest);
  await runContainer(guest, 'new', { restart: 'always' });
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await containers(guest), [
    { name: 'job', image: 'box', state: 'running' },
    { name: 'web', image: 'box', state: 'running' },
  ]);
  t.is(await tracesOf(guest), '');
});
