import test from 'ava';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// systemd counts starts, and starts Docker at the first word to its socket: neither comes between setup and teardown.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** A client that never gives up, as monitoring has them. */
const client = `until [ -e /run/enough ]; do
  curl --silent --max-time 5 --unix-socket /run/docker.sock http://docker/_ping > /dev/null; sleep 0.2
done`;

test('setup and teardown in quick turns meet no start limit, and no client of the socket revives Docker', async (t) => {
  if (isHost) return t.pass('the host has the first process that it has');
  await using guest = await bootDocker({ disks: ['1G'], init: 'systemd' });
  // Three starts an hour instead of three a minute: so a slow guest is as strict as a fast host.
  await guest.writeFile('/etc/systemd/system/docker.service.d/limit.conf', '[Unit]\nStartLimitIntervalSec=1h\n');
  await must(guest, 'systemctl daemon-reload');
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'job');
  const before = await dockerState(guest);
  t.is(await must(guest, 'systemctl show --property StartLimitBurst --value docker.service'), '3\n');

  const starts = async (): Promise<number> =>
    Number(await must(guest, 'journalctl --unit docker.service --output cat | grep -c "^Starting docker.service"'));
  const units = 'systemctl is-active docker.socket docker.service';
  const polling = guest.start(['sh', '-c', client]);
  const setup = ['setup', '--device', diskOf(guest), '--yes'];
  const startsBefore = await starts();
  for (const round of [1, 2]) {
    const made = await dmtool(guest, setup);
    t.is(made.exitCode, 0, made.stderr);
    t.is((await dockerInfo(guest)).Driver, 'devicemapper');
    t.is(await must(guest, units), 'active\nactive\n');
    const back = await dmtool(guest, ['teardown', '--yes']);
    t.is(back.exitCode, 0, back.stderr);
    t.is(await must(guest, units), 'active\nactive\n');
    t.is(await starts(), startsBefore + 2 * round);
    t.deepEqual(await dockerState(guest), before);
  }
  await must(guest, 'touch /run/enough');
  t.is((await polling.result).exitCode, 0);
  t.is(await tracesOf(guest), '');
});

test('flags and variables in units are named by file, and Docker that is stopped stays stopped after the way back', async (t) => {
  if (isHost) return t.pass('the host has the first process that it has');
  await using guest = await bootDocker({ disks: ['1G'], init: 'systemd' });
  await must(guest, 'systemctl stop docker.socket docker.service');
  const setup = ['setup', '--device', diskOf(guest), '--yes'];
  const dropIn = '/etc/systemd/system/docker.service.d/site.conf';
  const execStart = 'ExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --storage-driver=overlay2\n';
  const environment = 'EnvironmentFile=-/etc/site/docker.env\n';
  for (const [text, path] of [
    [execStart, dropIn],
    [environment, '/etc/site/docker.env'],
    ['Environment="A=1" DOCKER_DRIVER=overlay2\n', dropIn],
  ] as const) {
    await guest.writeFile('/etc/site/docker.env', 'DOCKER_DRIVER=overlay2\n');
    await guest.writeFile(dropIn, `[Service]\n${text}`);
    await must(guest, 'systemctl daemon-reload');
    const refused = await dmtoolJson(guest, setup);
    t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'option-conflict'], refused.stdout);
    t.like(refused.document.refusals?.[0], { subject: path });
    t.regex(refused.document.refusals?.[0]?.reason ?? '', /storage-driver to overlay2/);
  }
  await must(guest, `rm ${dropIn}; systemctl daemon-reload`);

  const made = await dmtool(guest, setup);
  t.is(made.exitCode, 0, made.stderr);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is((await guest.run(['systemctl', 'is-active', 'docker.socket', 'docker.service'])).stdout, 'inactive\ninactive\n');
  t.is(await tracesOf(guest), '');
});
