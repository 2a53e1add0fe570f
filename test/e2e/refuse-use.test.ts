import test from 'ava';
import { boot } from '../lab/boot.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';
import { machineState } from './support/state.ts';

// Disks that somebody uses, and what is no disk at all. None of it depends on --wipe.

/** Opens a device as `$2` says, tells its pid through a pipe, and stays. */
const opener = `use Fcntl; sysopen(my $device, $ARGV[0], eval $ARGV[1]) or die; open(my $pipe, '>', $ARGV[2]);
print $pipe "$$\\n"; close $pipe; sleep 1000;`;

test('a device in use is refused, with the name of who uses it', async (t) => {
  const sizes = ['64M', '64M', '64M', '64M', '64M', '64M', '64M', '64M', '4M'];
  await using guest = await boot({ disks: sizes });
  if (!guest.can('fault')) return t.pass('loop devices of the host show no partitions');
  const [mounted, partitioned, exclusive, written, mapped] = [0, 1, 2, 3, 4].map((index) => diskOf(guest, index));
  const [readOnly, elsewhere, reader, small] = [5, 6, 7, 8].map((index) => diskOf(guest, index));

  const hold = async (device = '', flags: string): Promise<string> => {
    const pipe = (await must(guest, 'path=$(mktemp -u); mkfifo "$path"; echo "$path"')).trim();
    guest.start(['perl', '-e', opener, device, flags, pipe]);
    return (await must(guest, 'read -r pid < "$1"; rm "$1"; echo "$pid"', pipe)).trim();
  };
  await must(guest, 'mkfs.ext4 -q "$1"; mkdir "/mnt/my data"; mount -o ro "$1" "/mnt/my data"', mounted ?? '');
  await must(
    guest,
    'echo "size=40M" | sfdisk -q --label gpt "$1"; udevadm settle; mkfs.ext4 -q "$2"; mkdir /mnt/part; mount -o ro "$2" /mnt/part',
    ...[partitioned ?? '', `${partitioned}1`],
  );
  const excluder = await hold(exclusive, 'O_RDONLY|O_EXCL');
  const writer = await hold(written, 'O_WRONLY');
  await hold(reader, 'O_RDONLY');
  await must(guest, 'echo "0 2048 linear $1 0" | dmsetup create somebodys', mapped ?? '');
  await must(guest, 'blockdev --setro "$1"', readOnly ?? '');
  const loop = (await must(guest, 'truncate -s 64M /var/image; losetup --read-only --find --show /var/image')).trim();
  // Mounted where this process can't see it: only the kernel knows.
  const pipe = (await must(guest, 'path=$(mktemp -u); mkfifo "$path"; echo "$path"')).trim();
  const hidden = 'mkfs.ext4 -q "$1"; mount -o ro "$1" /mnt; echo > "$2"; exec sleep 1000';
  guest.start(['unshare', '--mount', 'sh', '-euc', hidden, 'sh', elsewhere ?? '', pipe]);
  await must(guest, 'read -r line < "$1"', pipe);
  await must(guest, 'mkdir -p /dev/disk/by-id; ln -s "$1" /dev/disk/by-id/twin; udevadm settle', reader ?? '');

  const devices = [mounted, partitioned, `${partitioned}1`, exclusive, written, mapped, readOnly, loop, elsewhere];
  const odd = [reader, '/dev/disk/by-id/twin', small, '/dev/nowhere', 'nobody', '/etc/passwd', '/etc', '/dev/null'];
  const asked = [...devices, ...odd].map(String);
  const before = await machineState(guest, guest.disks.slice(0, 8));
  const answer = await dmtoolJson(guest, [
    ...setupPool,
    ...asked.flatMap((each) => ['--device', each]),
    '--wipe',
    '--yes',
  ]);
  t.is(answer.exitCode, 3);
  t.is(answer.stderr, '');
  t.deepEqual(
    answer.document.refusals?.map(({ subject, code, reason }) => [subject, code, reason]),
    [
      [mounted, 'device-in-use', `${mounted} is mounted on /mnt/my data`],
      [partitioned, 'device-in-use', `${partitioned}1 is mounted on /mnt/part`],
      [`${partitioned}1`, 'device-twice', `it is a partition of ${partitioned}`],
      [`${partitioned}1`, 'device-in-use', `${partitioned}1 is mounted on /mnt/part`],
      [exclusive, 'device-in-use', `${exclusive} is open in process ${excluder} (perl)`],
      [written, 'device-in-use', `${written} is open in process ${writer} (perl)`],
      [mapped, 'device-in-use', `${mapped} is held by device-mapper device /dev/mapper/somebodys`],
      [readOnly, 'device-read-only', 'it is read-only'],
      [loop, 'device-read-only', 'it is read-only'],
      [elsewhere, 'device-in-use', 'something in the kernel holds it exclusively'],
      ['/dev/disk/by-id/twin', 'device-twice', `it is the same device as ${reader}`],
      [small, 'device-too-small', 'it holds 4 MiB, a PV needs 5 MiB at least'],
      ['/dev/nowhere', 'device-absent', 'there is no /dev/nowhere'],
      ['nobody', 'device-absent', 'there is no /dev/nobody'],
      ['/etc/passwd', 'not-a-block-device', '/etc/passwd is not a block device'],
      ['/etc', 'not-a-block-device', '/etc is not a block device'],
      ['/dev/null', 'not-a-block-device', '/dev/null is not a block device'],
    ],
  );

  const text = await dmtool(guest, [...setupPool, '--device', String(exclusive), '--yes']);
  t.is(text.exitCode, 3);
  t.is(text.stdout, '');
  t.is(
    text.stderr,
    `Refused; nothing was changed:
  ${exclusive}: ${exclusive} is open in process ${excluder} (perl).
    -> stop process ${excluder}
`,
  );
  t.is(await machineState(guest, guest.disks.slice(0, 8)), before);
  // Who only looks is in nobody's way: udev and monitoring do it all the time.
  const looked = await dmtoolJson(guest, [...setupPool, '--device', String(reader), '--dry-run']);
  t.is(looked.document.outcome, 'planned', JSON.stringify(looked.document.refusals));
});
