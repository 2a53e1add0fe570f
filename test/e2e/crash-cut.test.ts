import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertFinished, pvUuid } from './crash-support/pool.ts';
import { activateStep, refreshStep, stepsToAttachment } from './crash-support/steps.ts';
import { stopAt } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

// The power goes at every step, one run after the other on one machine: each run goes on where the one before ended.

for (const [title, mode] of [
  ['before a program runs', 'before'],
  ['when a program has done its work', 'after'],
] as const) {
  test.serial(`the power goes ${title}`, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('cut')) return t.pass('the power of the host is not cut');
    const disk = guest.disks[0] ?? '';
    const setup = ['dmtool', ...setupPool, '--device', disk, '--yes'];
    // udev activates the pool after a reboot: without a low water mark, as long as no profile was attached.
    for (const step of mode === 'before' ? [...stepsToAttachment, refreshStep] : stepsToAttachment) {
      await stopAt(guest, setup, step, mode);
      await guest.cut();
      await guest.reboot();
    }
    const last = await guest.run(setup);
    t.is(last.exitCode, 0, last.stderr);
    await assertFinished(t, guest);
    t.not(await pvUuid(guest, disk), '');
  });
}

test.serial('the power goes when the pool is first activated', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('cut')) return t.pass('the power of the host is not cut');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  await stopAt(guest, setup, activateStep, 'after');
  await guest.cut();
  await guest.reboot();
  const next = await guest.run(setup);
  t.is(next.exitCode, 0, next.stderr);
  await assertFinished(t, guest);
});
