import test from 'ava';
import { boot } from '../lab/boot.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool, undoCommand } from './support/shell.ts';
import { lvmState } from './support/state.ts';

// A host whose one disk already carries a VG: the pool comes out of its free space, and the rest is somebody else's.

const extent = 4 * 2 ** 20;

test('the free space of a VG becomes a pool; what else lives in the VG stays as it is', async (t) => {
  await using guest = await boot({ disks: ['1G'] });
  const disk = diskOf(guest);
  await must(
    guest,
    `pvcreate "$1"; vgcreate --addtag theirs vg0 "$1"; lvcreate --extents 50 --name root --addtag mine vg0
    mkfs.ext4 -q /dev/vg0/root; mkdir /mnt/root; mount /dev/vg0/root /mnt/root
    head -c 20M /dev/urandom > /mnt/root/data; sync`,
    disk,
  );
  const others = (): Promise<string> =>
    must(
      guest,
      `vgs --noheadings -o vg_uuid,vg_tags,vg_extent_size,pv_count vg0
      pvs --noheadings -o pv_uuid,pv_name
      lvs --noheadings -o lv_uuid,lv_tags,lv_size,lv_profile,seg_pe_ranges,lv_attr vg0/root
      dmsetup table vg0-root; sha256sum /mnt/root/data; cat /etc/lvm/lvm.conf | sha256sum`,
    );
  const layout = (): Promise<string> => must(guest, 'lvs --noheadings -a -o lv_name,lv_size,lv_uuid,lv_tags vg0');
  const [othersBefore, layoutBefore] = [await others(), await layout()];

  const made = await dmtool(guest, [...setupPool, '--vg', 'vg0', '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.is(await others(), othersBefore);
  // 255 extents, 50 of them taken: 95 % and 1 % of the 205 that are free.
  const pool = await poolFacts(guest, 'vg0/thinpool');
  t.like(pool, { dataBytes: 194 * extent, metadataBytes: 2 * extent, freeBytes: 7 * extent, mode: 'rw' });
  t.like(pool, { monitor: 'monitored', profile: 'vg0-thinpool', tags: 'dmtool' });
  t.true(pool.lowWaterMarkBlocks > 0);
  t.regex(made.stdout, /^ {2}reserve {3}28 MiB stay free in VG vg0$/m);

  const before = await lvmState(guest);
  const again = await dmtoolJson(guest, [...setupPool, '--vg', 'vg0', '--yes']);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.is(await lvmState(guest), before);

  // A second pool in the same VG shares the spare; there is no room for as large a one.
  const second = await dmtoolJson(guest, [
    ...setupPool,
    '--vg',
    'vg0',
    '--pool',
    'second',
    '--data-size',
    '100M',
    '--yes',
  ]);
  t.deepEqual([second.exitCode, ...refusalCodes(second)], [3, 'no-room']);
  t.is(await lvmState(guest), before);

  // The VG and its disk are not the run's, so they are not teardown's to remove.
  await must(guest, undoCommand(made.stdout));
  t.is(await layout(), layoutBefore);
  t.is(await others(), othersBefore);
  t.is(await must(guest, 'ls /etc/lvm/profile | grep thinpool.profile || :'), '');
});
