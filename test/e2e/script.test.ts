import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool, wayBackOf } from './support/shell.ts';
import { machineState } from './support/state.ts';

// The script that --dry-run prints is the whole truth: run by hand it does what dmtool does.

const args = (guest: Guest): string[] => [
  ...setupPool,
  ...guest.disks.flatMap((disk) => ['--device', disk]),
  ...['--vg', 'a-b', '--chunk-size', '128K', '--autoextend-threshold', '75', '--wipe'],
];

/** What is left of it: all that does not hold a UUID or a time. */
const outcome = (guest: Guest): Promise<string> =>
  must(
    guest,
    `lvs -a -o+seg_monitor,lv_profile,lv_tags,seg_pe_ranges --noheadings
    vgs --noheadings -o vg_name,vg_size,vg_free,vg_extent_size,vg_tags,pv_count
    pvs --noheadings -o pv_name,pe_start,pv_size,pv_mda_count,pv_mda_size
    dmsetup table; dmsetup status --noflush
    cat /etc/lvm/profile/a--b-thinpool.profile /etc/lvm/profile/a-b-thinpool.profile 2> /dev/null || :
    stat -c '%a %U:%G' /etc/lvm/profile/a-b-thinpool.profile`,
  );

test('the script of a dry run, run by hand, leaves what dmtool leaves; the dry run itself leaves nothing', async (t) => {
  const guests = await Promise.all([boot({ disks: ['256M', '128M'] }), boot({ disks: ['256M', '128M'] })]);
  await using machine = guests[0];
  await using byHand = guests[1];
  for (const guest of guests) await must(guest, 'mkfs.ext4 -q "$1"', diskOf(guest, 1));

  const before = await machineState(byHand, byHand.disks);
  const dry = await dmtool(byHand, [...args(byHand), '--dry-run']);
  t.is(dry.exitCode, 0, dry.stderr);
  t.is(dry.stderr, '');
  const document = await dmtoolJson(byHand, [...args(byHand), '--dry-run', '--yes']);
  t.like(document.document, { outcome: 'planned', exitCode: 0 });
  // Nor does it take the lock, which takes a file.
  t.is(await must(byHand, 'ls -d /run/dmtool 2> /dev/null || :'), '');
  t.is(await machineState(byHand, byHand.disks), before);

  const typed = await byHand.run(['sh'], { input: dry.stdout });
  t.is(typed.exitCode, 0, typed.stderr);
  const done = await dmtool(machine, [...args(machine), '--yes']);
  t.is(done.exitCode, 0, done.stderr);
  t.is(await outcome(byHand), await outcome(machine));
  t.regex(await outcome(byHand), /thinpool +a-b .* monitored +a-b-thinpool +dmtool/);
  t.regex(await outcome(byHand), /a--b-thinpool: 0 \d+ thin-pool \S+ \S+ 256 [1-9]\d* /);

  // What was made by hand, dmtool takes for its own, and finds nothing to add.
  const again = await dmtoolJson(byHand, args(byHand));
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });

  await must(byHand, wayBackOf(dry.stdout));
  for (const disk of byHand.disks) {
    t.is((await dmtoolJson(byHand, [...setupPool, '--device', disk, '--dry-run'])).document.outcome, 'planned');
  }
});
