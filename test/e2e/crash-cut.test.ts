import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertFinished, pvUuid } from './crash-support/pool.ts';
import { steps } from './crash-support/steps.ts';
import { stopAt } from './crash-support/stopping.ts';

// The power goes at every step, one run after the other on one machine: each run goes on where the one before ended.

for (const [title, mode] of [
  ['before a program runs', 'before'],
  ['when a program has done its work', 'after'],
] as const) {
  test.serial(`the power goes ${title}`, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('cut')) return t.pass('the power of the host is not cut');
    const disk = guest.disks[0] ?? '';
    const setup = ['dmtool', 'setup', '--device', disk, '--yes'];
    for (const step of steps) {
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
