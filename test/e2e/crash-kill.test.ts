import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { assertFinished, pvUuid, recordedUuid } from './crash-support/pool.ts';
import { steps } from './crash-support/steps.ts';
import { killAt, waitForLock } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

// kill -9 at every step, one run after the other on one machine: each run goes on where the one before was cut off.

const setupOf = (guest: Guest): string[] => ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];

test.serial('killed while a program runs, which goes on alone and keeps the lock', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = setupOf(guest);
  let uuid: string | undefined;
  for (const step of steps) {
    const fault = await killAt(guest, setup, step, 'before');
    uuid ??= await recordedUuid(guest, guest.disks[0] ?? '');
    const other = await guest.run(setup);
    t.is(other.exitCode, 75, other.stderr);
    t.regex(other.stderr, /another dmtool is at work \(process \d+, setup of docker\/thinpool\)/);
    await fault.release();
    await waitForLock(guest);
    await fault.remove();
  }
  const last = await guest.run(setup);
  t.is(last.exitCode, 0, last.stderr);
  await assertFinished(t, guest);
  t.is(await pvUuid(guest, guest.disks[0] ?? ''), uuid ?? '');
});

for (const [title, mode] of [
  ['just before a program runs: after the journal was written, then between any two steps', 'before'],
  ['when a program has done its work', 'after'],
] as const) {
  test.serial(`killed ${title}`, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const setup = setupOf(guest);
    let uuid: string | undefined;
    for (const step of steps) {
      const fault = await killAt(guest, setup, step, mode);
      uuid ??= await recordedUuid(guest, guest.disks[0] ?? '');
      await fault.remove();
    }
    const last = await guest.run(setup);
    t.is(last.exitCode, 0, last.stderr);
    await assertFinished(t, guest);
    t.is(await pvUuid(guest, guest.disks[0] ?? ''), uuid ?? '');
  });
}
