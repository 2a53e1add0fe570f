import test from 'ava';
import { boot } from '../lab/boot.ts';
import { fillBlocks, makeThinVolume, promisedGrowth, watchSizeOf } from './support/growth.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';

// Writers that are faster than dmeventd's poll of every 10 s: the kernel's event has to do it.

test.serial('a burst is followed step by step, and not one write fails', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes', '--data-size', '64M']);
  t.is(made.exitCode, 0, made.stderr);
  const before = await poolFacts(guest, 'docker/thinpool');
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  // 150 MiB are 80 % of that.
  const growth = watchSizeOf(guest, '/dev/mapper/docker-thinpool', 188 * 2 ** 20);
  const content = 'yes "$1" | head -c 150M';
  await must(guest, `${content} | dd of="$2" bs=1M iflag=fullblock oflag=direct status=none`, 'dmtool', volume);
  t.is((await growth.result).exitCode, 0);
  const sum = 'cksum | cut -d" " -f1,2';
  const read = await must(guest, `head -c 150M "$1" | ${sum}`, volume);
  t.is(read, await must(guest, `${content} | ${sum}`, 'dmtool'));
  const after = await poolFacts(guest, 'docker/thinpool');
  t.is(after.usedBlocks, 300);
  t.true(after.usedBlocks / after.totalBlocks <= 0.8, `${after.usedBlocks} of ${after.totalBlocks}`);
  t.is(after.totalBlocks * after.chunkBytes, after.dataBytes);
  t.is(after.dataBytes - before.dataBytes, before.freeBytes - after.freeBytes);
  t.like(after, { mode: 'rw', monitor: 'monitored' });
  t.true(after.lowWaterMarkBlocks > 0);
});

test.serial('a small reserve is used at the threshold, not when it is too small already', async (t) => {
  await using guest = await boot({ disks: ['480M'] });
  const sizes = ['--data-size', '416M', '--chunk-size', '64K', '--autoextend-percent', '10'];
  const answer = await dmtoolJson(guest, [...setupPool, '--device', diskOf(guest), '--yes', ...sizes]);
  t.is(answer.exitCode, 0, answer.stderr);
  const { times, firstStepBytes } = promisedGrowth(answer);
  t.deepEqual([times, firstStepBytes], [1, 44 * 2 ** 20]);
  const before = await poolFacts(guest, 'docker/thinpool');
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  await fillBlocks(guest, volume, 0, 5280, before.chunkBytes);
  t.is((await poolFacts(guest, 'docker/thinpool')).dataBytes, before.dataBytes);

  // To 96 %, in seconds. LVM takes no step that leaves the pool over its threshold: from 89 % on none that fits would do.
  const growth = watchSizeOf(guest, '/dev/mapper/docker-thinpool', before.dataBytes + 1);
  const write = 'dd if=/dev/zero of="$1" bs=16k seek=330M count=4480 oflag=direct,dsync,seek_bytes status=none';
  await must(guest, write, volume);
  t.is((await growth.result).exitCode, 0);
  const after = await poolFacts(guest, 'docker/thinpool');
  t.like(after, { dataBytes: before.dataBytes + firstStepBytes, usedBlocks: 6400, mode: 'rw' });
});
