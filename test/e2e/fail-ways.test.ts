import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertAsBefore, assertBlank, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { setupPool } from './support/shell.ts';

// Failures of the other ways to a pool: two disks, a disk that is wiped, the free space of somebody's VG.

test.serial('two disks: what was made of the first goes when the second fails', async (t) => {
  await using guest = await boot({ disks: ['512M', '256M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const [first = '', second = ''] = guest.disks;
  const setup = ['dmtool', ...setupPool, '--device', first, '--device', second, '--yes'];
  const before = await takeSnapshot(guest);
  for (const [program, when, mode] of [
    ['pvcreate', second, 'before'],
    ['vgcreate', second, 'after'],
  ] as const) {
    const fault = await guest.failProgram(program, { when, mode });
    const failed = await guest.run(setup);
    await fault.remove();
    t.is(failed.exitCode, 1, failed.stderr);
    await assertAsBefore(t, guest, before);
  }
  const again = await guest.run(setup);
  t.is(again.exitCode, 0, again.stderr);
  await assertFinished(t, guest);
});

test.serial("the free space of a VG: its owner's data is untouched, and no spare is left", async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const made = await guest.sh(`set -e; pvcreate ${guest.disks[0]}; vgcreate vg0 ${guest.disks[0]}
    lvcreate --yes -L 32M -n home vg0; dd if=/dev/urandom of=/dev/vg0/home bs=1M count=32 oflag=direct`);
  t.is(made.exitCode, 0, made.stderr);
  const content = (await guest.run(['sha256sum', '/dev/vg0/home'])).stdout;
  const setup = ['dmtool', ...setupPool, '--vg', 'vg0', '--yes'];
  // LVM keeps old metadata on the disk, so the disk itself can't be compared.
  const before = await takeSnapshot(guest, []);
  for (const [program, when, mode] of [
    ['lvconvert', '', 'after'],
    ['lvchange', '--metadataprofile', 'after'],
  ] as const) {
    const fault = await guest.failProgram(program, { when, mode });
    const failed = await guest.run(setup);
    await fault.remove();
    t.is(failed.exitCode, 1, failed.stderr);
    await assertAsBefore(t, guest, before, []);
    t.is((await guest.run(['sha256sum', '/dev/vg0/home'])).stdout, content);
  }
  const again = await guest.run(setup);
  t.is(again.exitCode, 0, again.stderr);
  await assertFinished(t, guest, { vg: 'vg0', others: ['home'] });
  t.is((await guest.run(['sha256sum', '/dev/vg0/home'])).stdout, content);
});

test.serial('a disk that is wiped: the run says what is gone for good, and nothing that is still there', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const disk = guest.disks[0] ?? '';
  const setup = ['dmtool', ...setupPool, '--device', disk, '--wipe', '--yes'];
  t.is((await guest.run(['mkfs.ext4', '-q', '-L', 'precious', disk])).exitCode, 0);

  const before = await takeSnapshot(guest);
  const early = await guest.failProgram('wipefs', { when: '--all', mode: 'before' });
  const untouched = await guest.run(setup);
  await early.remove();
  t.is(untouched.exitCode, 1, untouched.stderr);
  t.notRegex(untouched.stderr, /gone for good/i);
  await assertAsBefore(t, guest, before);

  const fault = await guest.failProgram('vgcreate', { mode: 'after' });
  const failed = await guest.run(setup);
  await fault.remove();
  t.is(failed.exitCode, 1, failed.stderr);
  t.regex(failed.stderr, /Gone for good, as agreed:\n {2}everything on \/dev\/ubdb .*ext4 "precious"\n/);
  await assertBlank(t, guest);
  const again = await guest.run(setup);
  t.is(again.exitCode, 0, again.stderr);
  await assertFinished(t, guest);
});
