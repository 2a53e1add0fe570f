import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { steps } from './crash-support/steps.ts';
import { setupPool } from './support/shell.ts';

// Every step of a plan made to fail, one run after the other on one machine: nothing of a run is left, and the next run,
// with nothing in its way, gets through.

for (const [mode, title] of [
  ['before', 'a program fails before it does anything'],
  ['after', 'a program fails after it has done its work'],
] as const) {
  test.serial(title, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
    const before = await takeSnapshot(guest);
    for (const { step, program, when } of steps) {
      const words = `  ${step}: the lab's own words`;
      const fault = await guest.failProgram(program, { when, mode, stderr: `${words}\n` });
      const failed = await guest.run(setup);
      await fault.remove();
      t.is(failed.exitCode, 1, `${step}: ${failed.stderr}`);
      t.is(failed.stdout, '');
      t.regex(failed.stderr, new RegExp(`failed: ${program} .*${when}.*failed with exit code 5\n[\\s\\S]*${words}\n`));
      t.regex(failed.stderr, /everything .*was undone: the machine is as before/i);
      await assertAsBefore(t, guest, before);
    }
    const again = await guest.run(setup);
    t.is(again.exitCode, 0, again.stderr);
    await assertFinished(t, guest);
  });
}

test.serial('a program says that all is well and does nothing: reading back finds it out', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const before = await takeSnapshot(guest);
  for (const { step, program, when } of steps.filter((each) => !each.step.startsWith('lvcreate'))) {
    const fault = await guest.failProgram(program, { when, exitCode: 0, stderr: '' });
    const failed = await guest.run(setup);
    await fault.remove();
    t.is(failed.exitCode, 1, `${step}: ${failed.stderr}`);
    t.regex(failed.stderr, /the machine is as before/);
    await assertAsBefore(t, guest, before);
  }
});
