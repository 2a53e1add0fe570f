import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';

// Whoever asks every minute must not keep the pool's disk busy, nor leave anything running.

/** A guest takes half a second or more for one; what any of them writes or leaves would be seen after the first. */
const CALLS = Number(process.env['DMTOOL_STATUS_CALLS'] ?? 20);

/** Writes that were completed and sectors written, of the metadata and of the data (Documentation/ABI/stable/sysfs-block). */
const writes = (guest: Guest): Promise<string> =>
  must(
    guest,
    "for part in tmeta tdata; do number=$(dmsetup info -c --noheadings -o major,minor --separator : docker-thinpool_$part); awk '{ print $5, $7 }' /sys/dev/block/$number/stat; done",
  );

/** All but the kernel's own threads, udev's helpers, which come and go, and who asks. */
const processes = (guest: Guest): Promise<string> =>
  must(
    guest,
    "ps -e -o pid=,ppid=,comm= | awk -v me=$$ '$1 != 2 && $2 != 2 && $1 != me && $2 != me && !/udev-worker/ { print $1, $3 }'",
  );

/** Stands before a program, writes down how it is called, and goes on to it under the name that was called. */
const countCalls = `mkdir /run/real
for program in dmsetup lvm; do
  target=$(readlink -f "$(command -v $program)")
  touch /run/real/$program; mount --bind "$target" /run/real/$program
  printf '#!/bin/bash\\necho "%s $*" >> /run/calls\\nexec -a "$0" /run/real/%s "$@"\\n' $program $program > /run/real/$program.sh
  chmod 755 /run/real/$program.sh; mount --bind /run/real/$program.sh "$target"
done`;

test.serial('status looks and does not touch, however often', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  const before = [await writes(guest), await processes(guest)];
  t.regex(before[1] ?? '', /^\d+ dmeventd$/m);
  for (let call = 0; call < CALLS; call += 1) t.is((await dmtool(guest, ['status'])).exitCode, 0);
  t.deepEqual([await writes(guest), await processes(guest)], before);

  await must(guest, countCalls);
  t.is((await dmtool(guest, ['status'])).exitCode, 0);
  const calls = (await guest.readFile('/run/calls')).trim().split('\n');
  t.deepEqual(
    calls.map((call) => call.split(' ').slice(0, 2).join(' ')),
    ['dmsetup status', 'dmsetup table', 'lvm fullreport'],
  );
  t.true(calls[0]?.includes('--noflush'));

  await must(
    guest,
    'pid=$(cat /run/dmeventd.pid); kill -9 "$pid"; while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done',
  );
  const without = await dmtoolJson(guest, ['status']);
  t.deepEqual(
    without.document.findings?.map(({ code }) => code),
    ['DM121'],
  );
  t.notRegex(await processes(guest), /dmeventd/);
});
