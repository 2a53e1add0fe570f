import test from 'ava';
import { boot } from '../lab/boot.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool, undoCommand } from './support/shell.ts';
import { diskDigest, machineState } from './support/state.ts';

// The first thing that an operator does, from a blank disk to the pool and back.

const extent = 4 * 2 ** 20;

test('a blank disk becomes a pool, a second run changes nothing, and the printed command undoes it all', async (t) => {
  await using guest = await boot({ disks: ['10G'] });
  const disk = diskOf(guest);
  const blank = await diskDigest(guest, disk);

  const made = await dmtool(guest, [...setupPool, '--device', disk, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.is(
    made.stdout,
    `Thin pool docker/thinpool is ready: made, watched and read back.
  data      9.49 GiB of the VG's 9.99 GiB, chunk size 512 KiB
  metadata  100 MiB, and LVM's spare of the same size
  reserve   312 MiB stay free in VG docker
  growth    at 80 % LVM adds 3 %:
            can extend once, by 292 MiB; then the VG is full
  profile   /etc/lvm/profile/docker-thinpool.profile
  device    /dev/mapper/docker-thinpool
To undo: dmtool teardown --vg docker --pool thinpool
`,
  );

  const pool = await poolFacts(guest, 'docker/thinpool');
  t.like(pool, {
    dataBytes: 2431 * extent,
    metadataBytes: 25 * extent,
    freeBytes: (2559 - 2431 - 2 * 25) * extent,
    chunkBytes: 512 * 1024,
    active: 'active',
    monitor: 'monitored',
    profile: 'docker-thinpool',
    tags: 'dmtool',
    lengthSectors: (2431 * extent) / 512,
    blockSectors: 1024,
    totalBlocks: 19448,
    usedBlocks: 0,
    mode: 'rw',
  });
  // An event when a fifth of the blocks is left; without a mark dmeventd would only poll.
  t.is(pool.lowWaterMarkBlocks, Math.floor(pool.totalBlocks / 5));
  t.regex(await must(guest, 'pgrep -x dmeventd'), /^\d+\n$/);
  t.is((await must(guest, 'vgs --noheadings -o vg_tags,vg_extent_size --units m docker')).trim(), 'dmtool  4.00m');
  t.regex(
    await guest.readFile('/etc/lvm/profile/docker-thinpool.profile'),
    /^activation \{\n\tthin_pool_autoextend_threshold=80\n\tthin_pool_autoextend_percent=3\n\}\n$/m,
  );
  t.is(await must(guest, 'stat -c "%a %U" /etc/lvm/profile/docker-thinpool.profile'), '644 root\n');

  // The lock is free again, and no unfinished run is on record.
  t.is(await must(guest, 'flock --exclusive --nonblock /run/dmtool/lock echo free'), 'free\n');
  t.is(await must(guest, 'ls -A /var/lib | grep dmtool || :'), '');
  t.is(await must(guest, 'ls -A /tmp'), '');

  const before = await machineState(guest, [disk]);
  const again = await dmtool(guest, [...setupPool, '--device', disk, '--yes']);
  t.is(again.exitCode, 0, again.stderr);
  t.is(again.stderr, '');
  t.is(
    again.stdout,
    made.stdout
      .replace('is ready: made, watched and read back.', 'is as wanted: nothing to do, nothing changed.')
      .replace(/To undo:.*/s, ''),
  );
  // Nobody has to agree to nothing.
  const unasked = await dmtoolJson(guest, [...setupPool, '--device', disk]);
  t.is(unasked.exitCode, 0);
  t.like(unasked.document, { outcome: 'nothing-to-do', exitCode: 0, steps: [] });
  t.is(await machineState(guest, [disk]), before);

  await must(guest, undoCommand(made.stdout));
  t.is(await diskDigest(guest, disk), blank);
  t.is(await must(guest, 'pvs; vgs; dmsetup ls; ls /etc/lvm/profile | grep docker || :'), 'No devices found\n');

  // Without --wipe: the disk is as blank as a new one.
  const answer = await dmtoolJson(guest, [...setupPool, '--device', disk, '--yes']);
  t.is(answer.exitCode, 0, answer.stderr);
  t.is(answer.stderr, '');
  t.like(answer.document, { version: 1, command: 'setup', exitCode: 0, outcome: 'done', warnings: [] });
  t.like(answer.document.pool, {
    vg: 'docker',
    pool: 'thinpool',
    device: '/dev/mapper/docker-thinpool',
    vgSizeBytes: 2559 * extent,
    dataSizeBytes: 2431 * extent,
    metadataSizeBytes: 25 * extent,
    freeBytes: 78 * extent,
    chunkSizeBytes: 524288,
    profilePath: '/etc/lvm/profile/docker-thinpool.profile',
  });
  t.is(answer.document.undo, 'dmtool teardown --vg docker --pool thinpool');
  t.like(await poolFacts(guest, 'docker/thinpool'), pool);
});
