import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool, undoCommand } from './support/shell.ts';
import { diskDigest } from './support/state.ts';

// What one may ask of setup, and how disks may be named. Each pool is taken away again by the command that setup printed.

const mib = 2 ** 20;
const extent = 4 * mib;

const blankAgain = async (guest: Guest, disk: string): Promise<string> =>
  `${await must(guest, 'wipefs "$1"; pvs --noheadings', disk)}${await diskDigest(guest, disk)}`;

test.serial('two disks, one bare name and one link, and names with hyphens', async (t) => {
  await using guest = await boot({ disks: ['256M', '192M'] });
  const [first, second] = [diskOf(guest, 0), diskOf(guest, 1)];
  const blank = [await blankAgain(guest, first), await blankAgain(guest, second)];
  await must(guest, 'mkdir -p /dev/disk/by-id && ln -s "../../$(basename "$1")" /dev/disk/by-id/wwn-0x5', second);

  const names = ['--vg', 'my-vg', '--pool', 'my-pool'];
  const devices = ['--device', first.replace('/dev/', ''), '--device', '/dev/disk/by-id/wwn-0x5'];
  const made = await dmtool(guest, [...setupPool, ...devices, ...names, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stdout, /^Thin pool my-vg\/my-pool is ready/);
  t.regex(made.stdout, /^ {2}device {4}\/dev\/mapper\/my--vg-my--pool$/m);
  t.is(await must(guest, 'test -b /dev/mapper/my--vg-my--pool && echo there'), 'there\n');
  t.is(
    await must(guest, 'pvs --noheadings --separator : -o pv_name,vg_name | tr -d " "'),
    `${first}:my-vg\n${second}:my-vg\n`,
  );
  const pool = await poolFacts(guest, 'my-vg/my-pool');
  // 63 and 47 extents: one of each disk is lost to the label and the rounding.
  t.like(pool, { dataBytes: 104 * extent, metadataBytes: extent, freeBytes: 4 * extent, monitor: 'monitored' });
  t.like(pool, { profile: 'my-vg-my-pool', mode: 'rw', tags: 'dmtool' });
  t.true(pool.lowWaterMarkBlocks > 0);

  // Both orders and both ways to name them are the same wish; one of them is of the VG as well, as before a resize gave it the other.
  const again = await dmtoolJson(guest, [...setupPool, '--device', second, '--device', first, ...names]);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  const less = await dmtoolJson(guest, [...setupPool, '--device', second, ...names, '--yes']);
  t.like(less.document, { outcome: 'nothing-to-do', exitCode: 0 });

  await must(guest, undoCommand(made.stdout));
  t.deepEqual([await blankAgain(guest, first), await blankAgain(guest, second)], blank);
});

test.serial('sizes, chunk size and auto-extension as asked for; headroom; a disk that comes later', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const disk = diskOf(guest);
  const blank = await blankAgain(guest, disk);

  const sizes = ['--data-size', '200M', '--metadata-size', '6M', '--chunk-size', '128K'];
  const growth = ['--autoextend-threshold', '70', '--autoextend-percent', '25'];
  const exact = await dmtool(guest, [...setupPool, '--device', disk, '--yes', ...sizes, ...growth]);
  t.is(exact.exitCode, 0, exact.stderr);
  t.regex(exact.stdout, /at 70 % LVM adds 25 %:\s+can extend 3 times, by 52 MiB first/);
  const asked = await poolFacts(guest, 'docker/thinpool');
  // LVM has whole extents of 4 MiB only.
  t.like(asked, { dataBytes: 200 * mib, metadataBytes: 8 * mib, chunkBytes: 128 * 1024, totalBlocks: 1600 });
  t.is(asked.lowWaterMarkBlocks, 480);
  t.regex(
    await guest.readFile('/etc/lvm/profile/docker-thinpool.profile'),
    /threshold=70\n\tthin_pool_autoextend_percent=25\n/,
  );
  const other = await dmtoolJson(guest, [...setupPool, '--device', disk, '--yes', '--chunk-size', '64K']);
  t.is(other.exitCode, 3);
  t.deepEqual(refusalCodes(other), ['pool-differs']);
  const larger = await dmtoolJson(guest, [...setupPool, '--device', disk, '--yes', '--data-size', '300M']);
  t.deepEqual(refusalCodes(larger), ['pool-differs']);
  const step = await dmtoolJson(guest, [...setupPool, '--device', disk, '--yes', '--autoextend-percent', '30']);
  t.deepEqual(refusalCodes(step), ['profile-differs']);
  await must(guest, undoCommand(exact.stdout));
  t.is(await blankAgain(guest, disk), blank);

  // It is no disk yet, and --wait without time does not wait.
  const link = '/dev/disk/by-id/late';
  const absent = await dmtoolJson(guest, [...setupPool, '--device', link, '--headroom', '--yes']);
  t.deepEqual(refusalCodes(absent), ['device-absent']);
  const late = guest.start(['dmtool', ...setupPool, '--device', link, '--headroom', '--yes', '--wait', '90s']);
  // When the process is seconds old, it has looked and has not found it.
  await must(
    guest,
    `until pid=$(pgrep -f '[d]mtool.js setup.*--wait') && [ "$(ps -o etimes= -p $pid)" -ge 4 ]; do sleep 0.1; done
    mkdir -p /dev/disk/by-id; ln -s "$1" ${link}`,
    disk,
  );
  const waited = await late.result;
  t.is(waited.exitCode, 0, waited.stderr);
  t.regex(waited.stdout, /at 80 % LVM adds 20 %:\s+can extend once/);
  const roomy = await poolFacts(guest, 'docker/thinpool');
  const stepBytes = Math.ceil(roomy.dataBytes / extent / 5) * extent;
  t.true(roomy.freeBytes >= stepBytes, `${roomy.freeBytes} free, a step is ${stepBytes}`);
  // Nothing is given away: with one extent more in the pool the step would not fit.
  t.true(roomy.freeBytes - extent < stepBytes + extent);
  await must(guest, undoCommand(waited.stdout));
  t.is(await blankAgain(guest, disk), blank);
});

test.serial('a mapped device, as encryption and multipath make them, and a partition', async (t) => {
  await using guest = await boot({ disks: ['128M', '128M'] });
  if (!guest.can('fault')) return t.pass('loop devices of the host show no partitions');
  const [lower, partitioned] = [diskOf(guest, 0), diskOf(guest, 1)];
  await must(
    guest,
    `echo "0 $(($(blockdev --getsz "$1") - 2048)) linear $1 2048" | dmsetup create my-disk
    printf 'size=20M\\n size=100M\\n' | sfdisk -q --label gpt "$2"; udevadm settle; mkfs.ext4 -q "$3"`,
    ...[lower, partitioned, `${partitioned}1`],
  );
  const neighbour = await must(guest, 'sha256sum "$1"; sfdisk --dump "$2"', `${partitioned}1`, partitioned);
  const devices = ['--device', '/dev/mapper/my-disk', '--device', `${partitioned}2`];
  const made = await dmtool(guest, [...setupPool, ...devices, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.is(
    await must(guest, 'pvs --noheadings --separator : -o pv_name,vg_name | tr -d " " | sort'),
    `/dev/mapper/my-disk:docker\n${partitioned}2:docker\n`,
  );
  t.like(await poolFacts(guest, 'docker/thinpool'), { mode: 'rw', monitor: 'monitored' });
  const again = await dmtoolJson(guest, [...setupPool, ...devices]);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  await must(guest, undoCommand(made.stdout));
  t.is(await must(guest, 'sha256sum "$1"; sfdisk --dump "$2"', `${partitioned}1`, partitioned), neighbour);
  t.like((await dmtoolJson(guest, [...setupPool, ...devices, '--dry-run'])).document, { outcome: 'planned' });
});
