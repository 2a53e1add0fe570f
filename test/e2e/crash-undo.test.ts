import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertFinished, pvUuid, recordedUuid } from './crash-support/pool.ts';
import { killAt } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

test.serial('killed in the middle of undoing, wherever that is: the next run goes on from there', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const disk = guest.disks[0] ?? '';
  const setup = ['dmtool', ...setupPool, '--device', disk, '--yes'];
  let uuid: string | undefined;
  for (const [failing, undoing, mode] of [
    ['pvcreate', 'dd', 'before'],
    ['pvcreate', 'pvremove', 'before'],
    ['vgcreate', 'vgremove', 'after'],
    ['vgcreate', 'vgremove', 'before'],
    ['lvconvert', 'lvremove', 'before'],
  ] as const) {
    const failed = await guest.failProgram(failing, { mode: 'after' });
    const stopped = await killAt(guest, setup, { step: undoing, program: undoing, when: '' }, mode);
    uuid ??= await recordedUuid(guest, disk);
    await stopped.remove();
    await failed.remove();
  }
  const last = await guest.run(setup);
  t.is(last.exitCode, 0, last.stderr);
  await assertFinished(t, guest);
  t.is(await pvUuid(guest, disk), uuid ?? '');
});

test.serial('a run that goes on after a kill, and fails: what is left is still known as its own', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const killed = await killAt(guest, setup, { step: 'vgcreate', program: 'vgcreate', when: '' }, 'before');
  await killed.remove();
  const failing = await guest.failProgram('vgcreate');
  t.is((await guest.run(setup)).exitCode, 1);
  await failing.remove();
  const last = await guest.run(setup);
  t.is(last.exitCode, 0, last.stderr);
  await assertFinished(t, guest);
});
