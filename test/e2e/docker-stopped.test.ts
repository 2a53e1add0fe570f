import test from 'ava';
import { daemonJsonState } from './support/containers.ts';
import { bootDocker, dockerInfo } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must } from './support/shell.ts';

// A host on which Docker was installed a minute ago, and has never run.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('Docker that did not run runs after setup, and is stopped again after teardown', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  const before = await daemonJsonState(guest);
  const setup = ['setup', '--device', diskOf(guest), '--yes'];
  const made = await dmtool(guest, setup);
  t.is(made.exitCode, 0, made.stderr);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.like((await dmtoolJson(guest, setup)).document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.is(await must(guest, 'ls -d /var/lib/docker.bk 2> /dev/null || :'), '');

  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await must(guest, 'pgrep -l "dockerd|containerd" || :'), '');
  t.is(await tracesOf(guest), '');
  t.is(await daemonJsonState(guest), before);
  t.is(await must(guest, 'ls -A /var/lib/docker'), '');
});

test('a host without daemon.json gets one, and teardown takes it away', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  // What the guest's kernel asks of Docker goes on its command line instead.
  const flags = '--iptables=false --bridge=none --exec-opt=native.cgroupdriver=cgroupfs';
  await must(guest, `rm -r /etc/docker; echo 'DOCKER_OPTS="${flags}"' > /etc/default/docker`);
  const made = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(await daemonJsonState(guest), /^644 root:root\n/);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await daemonJsonState(guest), 'none\n');
  t.is(await tracesOf(guest), '');
});
