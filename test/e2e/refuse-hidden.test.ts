import test from 'ava';
import { boot } from '../lab/boot.ts';
import { diskOf, dmtoolJson, must, refusalCodes, setupPool } from './support/shell.ts';
import { diskDigest } from './support/state.ts';

// What LVM does not show on this host is somebody's all the same; and what the kernel does not run well is not "as wanted".

test("another host's VG is not shown by LVM, and not taken, --wipe or not; nor is a disk together with its partition", async (t) => {
  await using guest = await boot({ disks: ['512M', '512M'] });
  const [foreign, cut] = [diskOf(guest, 0), diskOf(guest, 1)];
  await must(guest, `vgcreate --systemid otherhost theirs ${foreign}; ! vgs theirs`);
  const before = await diskDigest(guest, foreign);
  const wiping = [...setupPool, '--device', foreign, '--vg', 'mine', '--wipe', '--yes'];
  t.deepEqual(refusalCodes(await dmtoolJson(guest, wiping)), ['device-is-pv']);

  await must(guest, `printf 'label: gpt\\n,200M\\n,\\n' | sfdisk --quiet ${cut}; udevadm settle`);
  const [part] = (
    await must(guest, `lsblk --noheadings --list --paths --output NAME,TYPE ${cut} | awk '$2 == "part" { print $1 }'`)
  ).split('\n');
  const both = [...setupPool, '--device', cut, '--device', part ?? '', '--vg', 'mine', '--wipe', '--yes'];
  t.deepEqual(refusalCodes(await dmtoolJson(guest, both)), ['device-twice']);
  await must(
    guest,
    `wipefs --all ${part}; pvcreate --config 'devices/scan=["/dev"]' ${part}; vgcreate --systemid otherhost hidden ${part}`,
  );
  t.deepEqual(
    refusalCodes(await dmtoolJson(guest, [...setupPool, '--device', cut, '--vg', 'mine', '--wipe', '--yes'])),
    ['device-is-pv'],
  );
  t.is(await diskDigest(guest, foreign), before);
});

test('a finished pool that the kernel runs read-only is not as wanted', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const setup = [...setupPool, '--device', diskOf(guest, 0), '--yes'];
  t.is((await dmtoolJson(guest, setup)).exitCode, 0);
  await must(
    guest,
    `dmsetup table docker-thinpool | sed 's/ 1 skip_block_zeroing/ 2 skip_block_zeroing read_only/' > /tmp/table
dmsetup load docker-thinpool /tmp/table && dmsetup resume docker-thinpool`,
  );
  const answer = await dmtoolJson(guest, setup);
  t.is(answer.exitCode, 3);
  t.deepEqual(refusalCodes(answer), ['read-only']);
});
