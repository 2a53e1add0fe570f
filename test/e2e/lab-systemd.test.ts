import test from 'ava';
import { boot } from '../lab/boot.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerLog, startDocker, stopDocker, writeDaemonJson } from './support/docker.ts';
import { diskOf, must } from './support/shell.ts';

// The lab's own story about guests whose first process is systemd.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test('under systemd the guest answers as ever; LVM’s pools are monitored, and back after a reboot and a power cut', async (t) => {
  if (isHost) return t.pass('the host has the first process that it has');
  await using guest = await boot({ disks: ['1G'], init: 'systemd' });
  t.is(await must(guest, 'cat /proc/1/comm; hostname; systemctl is-system-running'), 'systemd\ndmtool-lab\nrunning\n');
  t.is((await guest.run(['sh', '-c', 'cat; exit 3'], { input: 'text' })).exitCode, 3);
  const sleeper = guest.start(['sleep', '1000']);
  sleeper.kill('SIGKILL');
  t.is((await sleeper.result).signal, 'SIGKILL');
  await must(guest, 'pvcreate "$1"; vgcreate vg "$1"; lvcreate --size 500M --thinpool vg/pool', diskOf(guest));
  const seen = 'lvs --noheadings -o lv_active,seg_monitor vg/pool; systemctl is-active dm-event.socket lvm2-monitor';
  t.regex(await must(guest, seen), /active\s+monitored\nactive\nactive\n$/);

  await guest.reboot();
  t.regex(await must(guest, seen), /active\s+monitored\nactive\nactive\n$/);
  await must(guest, 'echo kept > /etc/kept; sync');
  await guest.cut();
  await guest.reboot();
  t.is(await guest.readFile('/etc/kept'), 'kept\n');
  t.regex(await must(guest, seen), /active\s+monitored\nactive\nactive\n$/);
});

test('Docker is a service that starts at boot and writes a journal', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ init: 'systemd' });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'kept', { restart: 'always', volume: 'data' });
  const before = await dockerState(guest);
  const enabled = 'systemctl is-active docker.service docker.socket; systemctl is-enabled docker.service docker.socket';
  t.is(await must(guest, enabled), 'active\nactive\nenabled\nenabled\n');
  t.regex(await dockerLog(guest, 200), /API listen on/);

  await guest.reboot();
  t.is(await must(guest, enabled), 'active\nactive\nenabled\nenabled\n');
  t.deepEqual(await dockerState(guest), before);

  await stopDocker(guest);
  t.is(await must(guest, 'systemctl is-active docker.service docker.socket || :'), 'inactive\nactive\n');
});

test('a daemon that fails again and again meets its start limit, until that is reset', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ init: 'systemd' });
  await writeDaemonJson(guest, { 'storage-opts': ['dm.nonsense=1'] });
  await t.throwsAsync(startDocker(guest));
  await must(
    guest,
    'journalctl --follow --lines all --unit docker.service | grep -q -m1 "Start request repeated too quickly"',
  );
  await writeDaemonJson(guest);
  await t.throwsAsync(startDocker(guest), { message: /start-limit|repeated too quickly/ });
  await must(guest, 'systemctl reset-failed docker.service docker.socket');
  await startDocker(guest);
  t.is(await must(guest, 'systemctl is-active docker.service docker.socket'), 'active\nactive\n');
});
