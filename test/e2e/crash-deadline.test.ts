import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// Programs that do not end in time: one that looks is given up, one that changes something is told of, and waited for.

test.serial('a program that only looks is given up, and nothing was changed', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await takeSnapshot(guest);
  const fault = await guest.hangProgram('lvmconfig');
  const { exitCode, stderr } = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  await fault.remove();
  t.is(exitCode, 5, stderr);
  t.regex(stderr, /lvmconfig .*\b30 s/s);
  await assertAsBefore(t, guest, before);
});

test.serial('a program that changes something is never killed: it is told of, and the lock stays held', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = [...setupPool, '--device', diskOf(guest), '--yes'];
  const fault = await guest.hangProgram('lvconvert');
  const job = guest.start(['sh', '-c', '"$@" 2> /run/told', 'sh', 'dmtool', ...setup]);
  await fault.reached();
  await must(guest, 'tail -c +1 -F /run/told 2> /dev/null | grep -q -m1 "Still running after its deadline.*lvconvert"');
  const other = await dmtool(guest, setup);
  t.is(other.exitCode, 75, other.stderr);
  t.is((await dmtool(guest, ['status'])).exitCode, 3);
  await fault.release();
  t.is((await job.result).exitCode, 0, await guest.readFile('/run/told'));
  await fault.remove();
  await assertFinished(t, guest);
});
