import test from 'ava';
import { boot } from '../lab/boot.ts';
import { doctorCodes } from './support/findings.ts';
import { fillBlocks, makeThinVolume } from './support/growth.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';
import { lvmState } from './support/state.ts';

// Each way in which auto-extension dies, one after the other, for real; and nothing is found of a pool that is well.

/** What the doctor mends by itself, and what it says when nothing is left. */
const FIX = 'dmtool doctor --fix --yes | tail -n 1 | grep -qx "Nothing is left to be done."';

/** The remedy of DM136, to the letter. */
const ANOTHER_DMEVENTD = 'kill -9 "$(cat /run/dmeventd.pid)" && vgchange --monitor y';

test.serial('doctor finds nothing of a healthy pool, and each thing that is taken from it', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  const before = await lvmState(guest);
  const well = await dmtool(guest, ['doctor']);
  t.deepEqual([well.exitCode, well.stderr], [0, '']);
  t.regex(
    well.stdout,
    /^OK: 1 thin pool\ndocker\/thinpool \(LVM\)\n {2}nothing found\n\d+ kinds of trouble were looked for/,
  );
  t.is(await lvmState(guest), before);

  t.regex(
    (await dmtool(guest, ['doctor', '--fix', '--yes'])).stdout,
    /: nothing to do, nothing changed\.\nNothing is left/,
  );
  t.is(await lvmState(guest), before);
  t.is((await dmtool(guest, ['doctor', '--yes'])).exitCode, 3);

  const profile = '/etc/lvm/profile/docker-thinpool.profile';
  const scenes: readonly (readonly [string, readonly string[], string])[] = [
    ['lvchange --monitor n docker/thinpool', ['DM109 WARNING'], FIX],
    [
      'lvchange --monitor n docker/thinpool; pid=$(cat /run/dmeventd.pid); kill "$pid"; tail --pid="$pid" --follow /dev/null',
      ['DM121 WARNING'],
      FIX,
    ],
    ['kill -STOP $(cat /run/dmeventd.pid)', ['DM136 WARNING'], ANOTHER_DMEVENTD],
    [
      `cp ${profile} /var/; sed -i 's/threshold *= *80/threshold=60/' ${profile}`,
      ['DM120 WARNING'],
      `cp /var/docker-thinpool.profile ${profile}`,
    ],
    [`rm ${profile}`, ['DM110 WARNING'], FIX],
    [
      `cp ${profile} /var/; sed -i 's/threshold *= *80/threshold=100/' ${profile}`,
      ['DM118 INFO'],
      `cp /var/docker-thinpool.profile ${profile}`,
    ],
    ['lvchange --detachprofile docker/thinpool', ['DM119 WARNING'], FIX],
    ['mv /usr/sbin/thin_check /var/', ['DM124 WARNING'], 'mv /var/thin_check /usr/sbin/'],
    ['lvchange --activate n docker/thinpool', ['DM106 WARNING'], FIX],
  ];
  for (const [harm, codes, cure] of scenes) {
    await must(guest, harm);
    t.deepEqual(await doctorCodes(guest), [...codes], harm);
    await must(guest, cure);
    t.deepEqual(await doctorCodes(guest), [], cure);
  }

  // LVM waits for it once more for each pool.
  await must(guest, 'lvcreate -q -y --type thin-pool -n other -L 4M docker; kill -STOP $(cat /run/dmeventd.pid)');
  const silent = await dmtool(guest, ['status', '--format', 'nagios', '--timeout', '11']);
  t.regex(silent.stdout, /^THINPOOL UNKNOWN - LVM did not answer within [\d.]+ s \(No input from event server\.\): /);
  t.is(silent.exitCode, 3);
  await must(guest, `${ANOTHER_DMEVENTD}; lvremove -q -y docker/other`);
  t.deepEqual(await doctorCodes(guest), []);

  await must(guest, 'lvcreate -q -y -n rest -l 100%FREE docker');
  t.deepEqual(await doctorCodes(guest), ['DM108 INFO']);
  const left = await dmtool(guest, ['doctor', '--fix', '--yes']);
  t.is(left.exitCode, 0, left.stderr);
  t.regex(left.stdout, /\nWhat is left for you:\n {2}INFO DM108: docker\/thinpool: /);
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  await fillBlocks(guest, volume, 0, 800, 524288);
  t.deepEqual(await doctorCodes(guest), ['DM104 WARNING', 'DM108 WARNING', 'DM126 INFO']);
});

test.serial('a loop file that its filesystem has no room for is found before the pool is full', async (t) => {
  await using guest = await boot({ disks: ['256M'] });
  await must(
    guest,
    `mkfs.ext4 -q "$1"; mkdir /var/room; mount "$1" /var/room; cd /var/room; truncate -s 1G data; truncate -s 4M metadata
    dmsetup create 'docker-8:1-7-pool' --table "0 2097152 thin-pool $(losetup -f --show metadata) $(losetup -f --show data) 128 0 1 skip_block_zeroing"`,
    diskOf(guest),
  );
  t.deepEqual(await doctorCodes(guest), ['DM122 INFO', 'DM123 INFO']);
  await must(guest, 'fallocate -l 175M /var/room/other');
  t.deepEqual(await doctorCodes(guest), ['DM122 INFO', 'DM123 WARNING']);
  await must(guest, 'dd if=/dev/zero of=/var/room/rest bs=1M status=none || :');
  const text = await dmtool(guest, ['status', '--format', 'human']);
  t.is(text.exitCode, 2);
  t.regex(text.stdout, /CRITICAL DM123: \/var\/room\/data may take 1 GiB more, and its filesystem has 0 B/);
});
