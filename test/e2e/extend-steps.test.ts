import test from 'ava';
import { boot } from '../lab/boot.ts';
import { fillBlocks, makeThinVolume, promisedGrowth, watchSizeOf } from './support/growth.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtoolJson, setupPool } from './support/shell.ts';

// The promise of the summary, kept by the real dmeventd: the pool grows when it is used, by the step that was told.

test.serial('with plain defaults a pool on 10G is extended once, by the step that setup told', async (t) => {
  await using guest = await boot({ disks: ['10G'] });
  const answer = await dmtoolJson(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  t.is(answer.exitCode, 0, answer.stderr);
  const { times, firstStepBytes } = promisedGrowth(answer);
  t.is(times, 1);
  const before = await poolFacts(guest, 'docker/thinpool');
  t.true(before.lowWaterMarkBlocks > 0);
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 20 * 2 ** 30);

  const threshold = Math.floor(before.totalBlocks * 0.8);
  await fillBlocks(guest, volume, 0, threshold, before.chunkBytes);
  t.like(await poolFacts(guest, 'docker/thinpool'), { dataBytes: before.dataBytes, usedBlocks: threshold });
  const growth = watchSizeOf(guest, '/dev/mapper/docker-thinpool', before.dataBytes + 1);
  await fillBlocks(guest, volume, threshold, threshold + 20, before.chunkBytes);
  t.is((await growth.result).exitCode, 0);

  const after = await poolFacts(guest, 'docker/thinpool');
  t.is(after.dataBytes, before.dataBytes + firstStepBytes);
  t.is(after.freeBytes, before.freeBytes - firstStepBytes);
  t.is(after.totalBlocks * after.chunkBytes, after.dataBytes);
  t.is(after.lengthSectors * 512, after.dataBytes);
  t.like(after, { usedBlocks: threshold + 20, mode: 'rw', monitor: 'monitored', profile: 'docker-thinpool' });
  t.true(after.usedBlocks / after.totalBlocks < 0.8);
  t.is(after.lowWaterMarkBlocks, Math.floor(after.totalBlocks / 5));

  const again = await dmtoolJson(guest, [...setupPool, '--device', diskOf(guest)]);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.is(promisedGrowth(again).times, 0);
  t.like((await dmtoolJson(guest, ['status'])).document, { state: 'OK', exitCode: 0 });
});

test.serial('asked-for steps are taken one after the other, each at the threshold', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  const sizes = ['--data-size', '200M', '--chunk-size', '128K'];
  const care = ['--autoextend-threshold', '70', '--autoextend-percent', '10'];
  const answer = await dmtoolJson(guest, [...setupPool, '--device', diskOf(guest), '--yes', ...sizes, ...care]);
  t.is(answer.exitCode, 0, answer.stderr);
  const { firstStepBytes } = promisedGrowth(answer);
  t.is(firstStepBytes, 20 * 2 ** 20);
  const start = await poolFacts(guest, 'docker/thinpool');
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);

  let used = 0;
  let sizeBytes = start.dataBytes;
  for (const stepMib of [20, 24, 28]) {
    const threshold = Math.floor((sizeBytes / start.chunkBytes) * 0.7);
    await fillBlocks(guest, volume, used, threshold, start.chunkBytes);
    t.is((await poolFacts(guest, 'docker/thinpool')).dataBytes, sizeBytes);
    const growth = watchSizeOf(guest, '/dev/mapper/docker-thinpool', sizeBytes + 1);
    used = threshold + 10;
    await fillBlocks(guest, volume, threshold, used, start.chunkBytes);
    t.is((await growth.result).exitCode, 0);
    // 10 % of what it then has, in whole extents.
    sizeBytes += stepMib * 2 ** 20;
    const pool = await poolFacts(guest, 'docker/thinpool');
    t.like(pool, { dataBytes: sizeBytes, usedBlocks: used, mode: 'rw', monitor: 'monitored' });
    t.is(pool.totalBlocks * pool.chunkBytes, sizeBytes);
    t.is(pool.lowWaterMarkBlocks, Math.floor(pool.totalBlocks * 0.3));
  }
});
