import test from 'ava';
import { boot } from '../lab/boot.ts';
import { fillBlocks, makeThinVolume } from './support/growth.ts';
import { asNobody, diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';
import { lvmState } from './support/state.ts';

// What cron and Nagios see: one state for the host, one document, and nothing changed by looking.

test('status from a host without pools to one whose pool is full', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const disk = diskOf(guest);
  const textStatus = async (exitCode: number): Promise<string> => {
    const { stdout, stderr, ...result } = await dmtool(guest, ['status', '--format', 'human']);
    t.is(result.exitCode, exitCode, stdout);
    t.is(stderr, '');
    return stdout;
  };

  t.is(await textStatus(3), 'UNKNOWN: no thin pool on this host\n');
  const none = await dmtoolJson(guest, ['status']);
  t.like(none.document, { version: 1, command: 'status', exitCode: 3, state: 'UNKNOWN' });
  t.deepEqual(none.document.pools, []);

  // Auto-extension off, so that it can be filled.
  const off = ['--data-size', '64M', '--autoextend-threshold', '100'];
  const made = await dmtool(guest, [...setupPool, '--device', disk, '--yes', ...off]);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /Warning: A threshold of 100 switches auto-extension off/);
  const before = await lvmState(guest);
  t.regex(
    await textStatus(0),
    /^OK: 1 thin pool\ndocker\/thinpool \(LVM\)\n {2}data {5}\[-{24}\|--!--\] 0 % of 64 MiB used\n[\s\S]*\n {2}growth {3}does not extend by itself[\s\S]*\n {2}mode {5}rw, chunk size 512 KiB\n {2}on {7}\/dev\//,
  );
  const one = await dmtoolJson(guest, ['status']);
  t.like(one.document, { state: 'OK', exitCode: 0 });
  t.deepEqual(one.document.findings, []);
  t.like(one.document.pools?.[0], {
    name: 'docker/thinpool',
    kind: 'lvm',
    mode: 'rw',
    device: '/dev/mapper/docker-thinpool',
  });
  t.like(one.document.pools?.[0]?.['data'], { usedBytes: 0, totalBytes: 64 * 2 ** 20, usedPercent: 0 });
  t.is(await lvmState(guest), before);

  await must(guest, 'lvchange --activate n docker/thinpool');
  const inactive = await lvmState(guest);
  t.regex(
    await textStatus(1),
    /^WARNING: 1 thin pool\n[\s\S]*WARNING DM106: it is not active\n {4}-> dmtool activate --pool docker\/thinpool/,
  );
  t.is(await lvmState(guest), inactive);
  t.is((await dmtool(guest, ['activate', '--pool', 'docker/thinpool', '--yes'])).exitCode, 0);

  // Another pool, on loop devices, as a container engine makes them.
  await must(
    guest,
    `for part in data meta; do truncate -s 64M /var/$part; done
    dmsetup create 'docker-8:1-123-pool' --table "0 131072 thin-pool $(losetup -f --show /var/meta) $(losetup -f --show /var/data) 128 0 1 skip_block_zeroing"`,
  );
  const two = await dmtoolJson(guest, ['status']);
  t.like(two.document, { state: 'OK', exitCode: 0 });
  t.deepEqual(two.document.pools?.map(({ name, kind }) => [name, kind]).sort(), [
    ['docker-8:1-123-pool', 'loop'],
    ['docker/thinpool', 'lvm'],
  ]);
  t.regex(await textStatus(0), /^OK: 2 thin pools\n[\s\S]*^docker-8:1-123-pool \(loop devices\)$/m);

  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  await fillBlocks(guest, volume, 0, 110, 524288);
  t.regex(await textStatus(1), /^WARNING: 2 thin pools\n[\s\S]*WARNING DM104: data is 85\.93 % full/);
  await fillBlocks(guest, volume, 110, 128, 524288);
  // The kernel says that it is full when a write finds no room; that write waits, as if nobody were there to make some.
  const waiting = guest.start(['dd', 'if=/dev/zero', `of=${volume}`, 'bs=4k', 'count=1', 'seek=100k', 'oflag=direct']);
  await must(guest, 'until dmsetup status --noflush docker-thinpool | grep -q out_of_data_space; do sleep 0.1; done');
  t.regex(await textStatus(2), /^CRITICAL: 2 thin pools\n[\s\S]*CRITICAL DM101: it is out of data space/);
  const full = await dmtoolJson(guest, ['status']);
  t.like(full.document, { state: 'CRITICAL', exitCode: 2 });
  t.true(full.document.findings?.some(({ code, pool }) => code === 'DM101' && pool === 'docker/thinpool'));
  // The remedy that it names is one.
  await must(guest, 'lvextend --quiet --extents +100%FREE docker/thinpool');
  t.is((await waiting.result).exitCode, 0);
  t.regex(await textStatus(0), /^OK: 2 thin pools$/m);
});

test('who may not look, and who asks wrongly, gets UNKNOWN', async (t) => {
  await using guest = await boot();
  const drop = [...asNobody, 'dmtool', 'status'];
  const env = { HOME: '/nonexistent' };
  const nobody = await guest.run(drop, { env });
  t.is(nobody.exitCode, 3);
  t.regex(nobody.stdout + nobody.stderr, /only root may look .*: run it again with sudo/);
  const json = await guest.run([...drop, '--json'], { env });
  t.is(json.exitCode, 3);
  t.is(json.stderr, '');
  t.like(JSON.parse(json.stdout), { command: 'status', exitCode: 3, outcome: 'error' });
  t.is((await dmtool(guest, ['status', '--nonsense'])).exitCode, 3);
});
