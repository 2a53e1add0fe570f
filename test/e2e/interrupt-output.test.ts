import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { waitForLock } from './crash-support/stopping.ts';

// Nobody listens any more: the pool is finished or undone, never half done.

for (const [title, command] of [
  ['a reader that leaves after one line', '2>&1 | head -1'],
  ['closed outputs', '>&- 2>&-'],
  ['outputs that are full', '> /dev/full 2> /dev/full'],
] as const) {
  test.serial(title, async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    const before = await takeSnapshot(guest);
    const run = await guest.run([
      'bash',
      '-c',
      `dmtool setup --engine none --device "$1" --yes ${command}; echo "\${PIPESTATUS[0]}"`,
      'bash',
      guest.disks[0] ?? '',
    ]);
    await waitForLock(guest);
    const exitCode = run.stdout.trim().split('\n').at(-1);
    t.log(`exit ${exitCode}`);
    if (await isUntouched(guest, before)) return t.not(exitCode, '0');
    await assertFinished(t, guest);
    // With outputs that are full the exit code may say that the answer could not be written.
    if (!command.includes('/dev/full')) t.is(exitCode, '0');
  });
}

const isUntouched = async (guest: Guest, before: object): Promise<boolean> =>
  JSON.stringify(await takeSnapshot(guest)) === JSON.stringify(before);
