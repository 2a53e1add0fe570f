import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { setupPool } from './support/shell.ts';

// A step fails, and taking it back fails too: exit 4, and the text is the way on.

const zeroing = (disk: string): string => `dd if=/dev/zero of=${disk} bs=1M count=1 conv=fsync,nocreat`;

for (const { step, undo, left } of [
  { step: 'pvcreate', undo: 'dd', left: (disk: string) => [zeroing(disk)] },
  {
    step: 'vgcreate',
    undo: 'vgremove',
    left: (disk: string) => ['vgremove -- docker', `pvremove -- ${disk}`, zeroing(disk)],
  },
  {
    step: 'lvconvert',
    undo: 'lvremove',
    left: (disk: string) => [
      'lvremove --yes -- docker/thinpool',
      'vgremove -- docker',
      `pvremove -- ${disk}`,
      zeroing(disk),
    ],
  },
]) {
  test.serial(`${step} fails, and so does ${undo}`, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const disk = guest.disks[0] ?? '';
    const setup = ['dmtool', ...setupPool, '--device', disk, '--yes'];
    const before = await takeSnapshot(guest);

    const failing = await guest.failProgram(step, { mode: 'after', stderr: '  the first failure\n' });
    const stuck = await guest.failProgram(undo, { stderr: '  the second failure\n' });
    const failed = await guest.run(setup);
    await failing.remove();
    await stuck.remove();
    t.is(failed.exitCode, 4, failed.stderr);
    t.regex(failed.stderr, /the first failure/);
    t.regex(failed.stderr, /the second failure/);
    t.notRegex(failed.stderr, /as before/);
    const commands = [...failed.stderr.matchAll(/^ {2}of ".*": (.*)$/gm)].map(([, command]) => command ?? '');
    t.deepEqual(commands, left(disk));

    const removed = await guest.sh(`set -e\n${commands.join('\n')}`);
    t.is(removed.exitCode, 0, removed.stderr);
    await guest.run(['rm', '-r', '/var/lib/dmtool']);
    await assertAsBefore(t, guest, before);
  });
}

test.serial('what a failed undo left is what the next run goes on with', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  for (const [step, undo] of [
    ['pvcreate', 'dd'],
    ['pvcreate', 'pvremove'],
    ['vgcreate', 'vgremove'],
    ['lvconvert', 'lvremove'],
  ] as const) {
    const failing = await guest.failProgram(step, { mode: 'after' });
    const stuck = await guest.failProgram(undo);
    t.is((await guest.run(setup)).exitCode, 4, step);
    await failing.remove();
    await stuck.remove();
  }
  const last = await guest.run(setup);
  t.is(last.exitCode, 0, last.stderr);
  await assertFinished(t, guest);
});
