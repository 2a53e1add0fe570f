import test from 'ava';
import { boot } from '../lab/boot.ts';
import { fillBlocks, makeThinVolume } from './support/growth.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';
import { lvmState } from './support/state.ts';
import { deviceOver } from './support/under.ts';

// The same truth for check plugins, cron and Prometheus, also when LVM says nothing.

const codes = ({ document }: Awaited<ReturnType<typeof dmtoolJson>>): string[] =>
  (document.findings ?? []).map(({ code }) => code);

test.serial('one line for a check plugin, nothing for cron when all is well, a file for Prometheus', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  const before = await lvmState(guest);
  const plugin = await dmtool(guest, ['status']);
  t.is(plugin.exitCode, 0);
  t.regex(
    plugin.stdout,
    /^THINPOOL OK - docker\/thinpool data 0 % metadata [\d.]+ % \| 'docker\/thinpool data'=0%;85;90;0;100 [^\n]*\n$/,
  );
  const quiet = await dmtool(guest, ['status', '--quiet']);
  t.deepEqual([quiet.exitCode, quiet.stdout, quiet.stderr], [0, '', '']);
  const low = await dmtool(guest, ['status', '--quiet', '--metadata-warning', '5', '--vg-critical', '50:']);
  t.is(low.exitCode, 2);
  t.regex(low.stdout, /^THINPOOL CRITICAL - docker\/thinpool VG docker has [\d.]+ % free: [^|]* \|/);
  const file = '/var/pools.prom';
  const metrics = await dmtool(guest, ['status', '--format', 'prometheus', '--output', file]);
  t.deepEqual([metrics.exitCode, metrics.stdout, metrics.stderr], [0, '', '']);
  t.regex(await guest.readFile(file), /^dmtool_pool_data_used_bytes\{pool="docker\/thinpool"\} 0$/m);
  t.is(await must(guest, `stat -c %a ${file}; ls /var/*.dmtool-new 2> /dev/null || true`), '644\n');
  t.is((await dmtool(guest, ['status', '--pool', 'other'])).exitCode, 3);
  t.is((await dmtool(guest, ['status', '--pool', 'docker-thinpool'])).exitCode, 0);
  for (const wrong of [
    ['-w', '80%'],
    ['-c', '9:1'],
    ['-t', '1'],
    ['--format', 'xml'],
  ])
    t.is((await dmtool(guest, ['status', ...wrong])).exitCode, 3, wrong.join(' '));
  t.is(await lvmState(guest), before);
});

test.serial('an auto-extension that can not run is found, by what really is wrong', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.deepEqual(codes(await dmtoolJson(guest, ['status'])), []);
  await must(guest, 'lvchange --monitor n docker/thinpool');
  t.deepEqual(codes(await dmtoolJson(guest, ['status'])), ['DM109']);
  await must(guest, 'lvchange --monitor y docker/thinpool; mv /etc/lvm/profile/docker-thinpool.profile /var/');
  t.deepEqual(codes(await dmtoolJson(guest, ['status'])), ['DM110']);
  await must(guest, 'mv /var/docker-thinpool.profile /etc/lvm/profile/');
  await must(guest, 'lvcreate -q -y -n rest -l 100%FREE docker');
  t.deepEqual(codes(await dmtoolJson(guest, ['status'])), []);
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  await fillBlocks(guest, volume, 0, 800, 524288);
  t.deepEqual(codes(await dmtoolJson(guest, ['status'])), ['DM104', 'DM108']);
});

test.serial('a lock that somebody holds, and an LVM that hangs, do not keep it from answering', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const device = await deviceOver(guest, diskOf(guest));
  const made = await dmtool(guest, [...setupPool, '--device', device, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  await must(
    guest,
    'flock --exclusive /run/lock/lvm/V_docker sleep infinity > /dev/null 2>&1 & until ! flock --nonblock /run/lock/lvm/V_docker true; do :; done',
  );
  const locked = await dmtool(guest, ['status', '--format', 'human']);
  t.is(locked.exitCode, 0, locked.stdout + locked.stderr);
  t.regex(locked.stdout, /^Note: another LVM command is at work: LVM was read without its lock$/m);
  await must(guest, 'pkill -x sleep');
  await must(guest, 'dmsetup suspend under');
  const hanging = await dmtool(guest, ['status', '--timeout', '4', '--format', 'human']);
  await must(guest, 'dmsetup resume under');
  t.is(hanging.exitCode, 3, hanging.stdout);
  t.regex(hanging.stdout, /docker-thinpool[\s\S]*data {5}\[[\s\S]*UNKNOWN DM112: LVM did not answer within/);
});
