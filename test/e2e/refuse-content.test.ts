import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool, undoCommand } from './support/shell.ts';
import { machineState } from './support/state.ts';

// Disks that already hold something: what is refused, what --wipe gives up, and what nothing gives up.

const contents: readonly (readonly [arrange: string, says: RegExp])[] = [
  ['mkfs.ext4 -q -L photos "$1"', /^device-not-blank it carries ext4 "photos"$/],
  ['echo "size=40M" | sfdisk -q --label gpt "$1"', /^device-not-blank it carries .*gpt.* and partitions \S+$/],
  ['echo "label: dos" | sfdisk -q "$1"', /^device-not-blank it carries dos$/],
  [
    'echo data | dd of="$1" bs=1 seek=524288 conv=notrunc status=none',
    /^device-not-blank it holds data without a known/,
  ],
  ['echo data | dd of="$1" bs=1 seek=67108800 conv=notrunc status=none', /^device-not-blank .*first or last MiB$/],
  ['mkswap -q "$1"', /^device-not-blank it carries swap$/],
  ['pvcreate -q "$1"; pvremove -q "$1"', /^device-not-blank it holds an old LVM metadata area/],
  ['pvcreate -q "$1"', /^device-is-pv it is an LVM PV that no VG uses$/],
  ['vgcreate -q theirs "$1"', /^device-is-pv it is a PV of VG theirs$/],
  [
    `echo "size=40M" | sfdisk -q --label gpt "$1"; udevadm settle
    part=$(lsblk -nro PATH "$1" | tail -n 1); vgcreate -q inner "$part"; lvcreate -q -l 2 -n kept inner; vgchange -q -an inner`,
    /^device-is-pv it is a PV of VG inner$/,
  ],
];

const asDevices = (disks: readonly string[]): string[] => disks.flatMap((disk) => ['--device', disk]);

const refusalsOf = async (guest: Guest, args: readonly string[]) => {
  const answer = await dmtoolJson(guest, [...setupPool, ...args, '--yes']);
  const said = (answer.document.refusals ?? []).map(({ code, subject, reason }) => [subject, `${code} ${reason}`]);
  return { exitCode: answer.exitCode, stderr: answer.stderr, said };
};

test.serial('a disk that holds anything is refused by what it holds; --wipe takes it, but never a PV', async (t) => {
  await using guest = await boot({ disks: contents.map(() => '64M') });
  if (!guest.can('fault')) return t.pass('loop devices of the host show no partitions');
  for (const [index, [arrange]] of contents.entries()) await must(guest, arrange, diskOf(guest, index));
  await must(guest, 'udevadm settle');
  const before = await machineState(guest, guest.disks);

  // All at once: every reason is told, none hides another.
  const refused = await refusalsOf(guest, asDevices(guest.disks));
  t.is(refused.exitCode, 3);
  t.is(refused.stderr, '');
  t.is(refused.said.length, contents.length);
  for (const [index, [, says]] of contents.entries()) {
    const [subject, words = ''] = refused.said[index] ?? [];
    t.is(subject, diskOf(guest, index));
    t.regex(words, says);
  }
  const wiping = await refusalsOf(guest, [...asDevices(guest.disks), '--wipe']);
  t.is(wiping.exitCode, 3);
  t.deepEqual(wiping.said, refused.said.slice(7));
  // Alone too, with the words that a person reads.
  const alone = await dmtool(guest, [...setupPool, '--device', diskOf(guest, 9), '--wipe', '--yes']);
  t.is(alone.exitCode, 3);
  t.is(alone.stdout, '');
  t.regex(
    alone.stderr,
    /^Refused; nothing was changed:\n {2}\S+: it is a PV of VG inner\.\n {4}-> name another device/,
  );
  t.is(await machineState(guest, guest.disks), before);

  // A filesystem, a partition, data at the very end, what pvremove leaves behind.
  const taken = [0, 1, 4, 6].map((index) => diskOf(guest, index));
  const untouched = guest.disks.filter((disk) => !taken.includes(disk));
  const kept = 'pvs --noheadings -o pv_uuid,vg_name,pv_name | sort; cat "$@" | sha256sum';
  const keptBefore = await must(guest, kept, ...untouched);
  const plan = await dmtoolJson(guest, [...setupPool, ...asDevices(taken), '--wipe', '--dry-run']);
  const destroys = (plan.document.steps ?? []).flatMap((step) => step.destroys ?? []);
  t.true(destroys.includes(`everything on ${taken[0]} (64 MiB): it carries ext4 "photos"`), destroys.join('\n'));
  t.is(destroys.filter((each) => each.startsWith('everything on ')).length, taken.length);
  const made = await dmtool(guest, [...setupPool, ...asDevices(taken), '--wipe', '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.is((await must(guest, 'pvs --noheadings -o pv_name -S vg_name=docker')).trim().split(/\s+/).length, taken.length);
  t.is(await must(guest, 'lsblk -nro TYPE "$1" | grep -c part || :', diskOf(guest, 1)), '0\n');
  await must(guest, undoCommand(made.stdout));
  t.is(await must(guest, kept, ...untouched), keptBefore);
  t.is((await dmtoolJson(guest, [...setupPool, ...asDevices(taken), '--dry-run'])).document.outcome, 'planned');
});

test.serial('the disk that the system runs from is refused whatever is asked', async (t) => {
  await using guest = await boot({ disks: ['64M', '64M'] });
  if (!guest.can('fault')) return t.pass('nothing is mounted over the host’s own files');
  await must(
    guest,
    `echo "size=40M" | sfdisk -q --label gpt "$1"; udevadm settle; mkfs.ext4 -q "$2"; mount -o ro "$2" /boot
    printf 'size=20M\\n size=20M\\n' | sfdisk -q --label dos "$3"; udevadm settle; mkswap -q "$4"; swapon "$4"`,
    ...[diskOf(guest, 0), `${diskOf(guest, 0)}1`, diskOf(guest, 1), `${diskOf(guest, 1)}2`],
  );
  const before = await machineState(guest, guest.disks);
  const { exitCode, said } = await refusalsOf(guest, [...asDevices(guest.disks), '--wipe']);
  t.is(exitCode, 3);
  t.deepEqual(said, [
    [diskOf(guest, 0), `system-disk the running system is on it (${diskOf(guest, 0)}1 is mounted on /boot)`],
    [diskOf(guest, 1), `system-disk the running system is on it (${diskOf(guest, 1)}2 is swap in use)`],
  ]);
  t.is(await machineState(guest, guest.disks), before);
  // An unused partition of such a disk may be taken.
  const free = await dmtoolJson(guest, [...setupPool, '--device', `${diskOf(guest, 1)}1`, '--dry-run']);
  t.is(free.document.outcome, 'planned', JSON.stringify(free.document.refusals));
});
