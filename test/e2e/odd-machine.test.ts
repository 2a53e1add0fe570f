import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { stopAt } from './crash-support/stopping.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';

// Machines that are not as they should be: no room, nowhere to write, another time, another language.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const setup = (guest: Guest): string[] => [...setupPool, '--device', diskOf(guest), '--yes'];

/** Takes the room of a filesystem in memory that lies over a directory, with little of what was in it: no passwd either. */
const FULL = `mkdir /run/kept; for each in lvm ld.so.cache docker; do [ ! -e "$1/$each" ] || cp --archive "$1/$each" /run/kept; done
mount -t tmpfs -o size=4M tmpfs "$1"; cp --archive /run/kept/. "$1"; head -c 8M /dev/zero > "$1/filler" 2> /dev/null || true`;

for (const [where, words] of [
  ['/var/lib', /\/var\/lib\/dmtool.*: ENOSPC/s],
  ['/etc', /No space left on device|ENOSPC/],
] as const)
  test.serial(`a full ${where}: nothing is left of the run, and what was in the way is told`, async (t) => {
    if (isHost) return t.pass('the host’s own files are left alone');
    await using guest = await boot({ disks: ['512M'] });
    await must(guest, FULL, where);
    const before = await takeSnapshot(guest);
    const failed = await dmtool(guest, setup(guest));
    t.true([1, 3].includes(failed.exitCode), `${failed.exitCode}: ${failed.stderr}`);
    t.regex(failed.stderr, words);
    await assertAsBefore(t, guest, before);
    await must(guest, 'rm "$1/filler"', where);
    t.is((await dmtool(guest, setup(guest))).exitCode, 0);
    await assertFinished(t, guest);
  });

test.serial('a read-only /etc: the machine is as before; without /var/lib dmtool makes its own', async (t) => {
  if (isHost) return t.pass('the host’s own files are left alone');
  await using guest = await boot({ disks: ['512M'] });
  await must(guest, 'mount --bind /etc /etc; mount -o remount,bind,ro /etc');
  const before = await takeSnapshot(guest);
  const failed = await dmtool(guest, setup(guest));
  t.is(failed.exitCode, 1, failed.stderr);
  t.regex(failed.stderr, /read-only file ?system/i);
  await assertAsBefore(t, guest, before);
  await must(guest, 'umount /etc; mv /var/lib /var/away');
  t.is((await dmtool(guest, setup(guest))).exitCode, 0);
  await must(guest, '[ -d /var/lib ] || mkdir /var/lib');
  t.is((await dmtoolJson(guest, ['teardown', '--yes'])).exitCode, 0);
});

test.serial('the clock goes back by years in the middle of a run, and nobody speaks English', async (t) => {
  if (isHost) return t.pass('the host keeps its time');
  await using guest = await boot({ disks: ['512M'] });
  const { job, fault } = await stopAt(
    guest,
    ['env', 'LC_ALL=de_DE.UTF-8', 'LANGUAGE=de', 'TZ=Asia/Kathmandu', 'dmtool', ...setup(guest)],
    { step: 'lvconvert', program: 'lvconvert', when: '' },
    'before',
  );
  await must(guest, 'date --set 1999-12-31');
  await fault.release();
  const { exitCode, stderr } = await job.result;
  await fault.remove();
  t.is(exitCode, 0, stderr);
  await assertFinished(t, guest);
  t.is((await dmtool(guest, ['status'])).exitCode, 0);
});

test.serial('a terminal of 40 columns shows every word of the plan', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const shown = await must(
    guest,
    'script --quiet --return --command "stty cols 40; dmtool setup --engine none --device $1 --dry-run; dmtool status" /dev/null',
    diskOf(guest),
  ).catch((error: Error) => error.message);
  t.regex(shown, /lvconvert/);
  t.notRegex(shown, /TypeError|RangeError| at .*\.js:\d+/);
});

test.serial(
  'the list of steps changes in place on a terminal that has room for it, and is told line by line on others',
  async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    const onTerminalOf = (size: string): Promise<string> =>
      must(
        guest,
        'script --quiet --return --command "stty $2; dmtool setup --engine none --device $1 --yes" /dev/null; dmtool teardown --yes',
        ...[diskOf(guest), size],
      );
    // What is written again is erased, and takes the cursor up (ECMA-48, EL and CUU).
    const writtenAgain = /\[\d*[AK]/;
    t.regex(await onTerminalOf('rows 40 cols 80'), writtenAgain);
    for (const size of ['rows 40 cols 0', 'rows 5 cols 80']) t.notRegex(await onTerminalOf(size), writtenAgain, size);
  },
);
