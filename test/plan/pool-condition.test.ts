import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { hasMarkFor } from '../../src/model/thin-pool.ts';
import { all, type Condition, describeCondition, holds, not } from '../../src/plan/condition.ts';
import { listSignatures } from '../../src/plan/pool-condition.ts';
import { bytes, extents, GIB, sectors } from '../../src/units/quantity.ts';
import { blankHost, disk, kernelPool, logicalVolume, thinPool, volumeGroup } from './hosts.ts';

const nothing = blankHost([]);
const names = { vg: 'docker', pool: 'thinpool' };
const withLvs = (...logicalVolumes: readonly ReturnType<typeof logicalVolume>[]): Host =>
  blankHost([], { volumeGroups: [volumeGroup('docker', { tags: ['dmtool'], logicalVolumes })] });

const pool = thinPool('thinpool', 125n, 2n, { tags: ['dmtool'], profile: 'docker-thinpool' });
/** 125 extents of 4 MiB are 1000 blocks of 512 KiB. */
const running = (facts: Parameters<typeof kernelPool>[1] = {}): Host => ({
  ...withLvs(pool),
  thinPools: [kernelPool('docker-thinpool', facts)],
});
const [{ table, status }] = [kernelPool('x')];
const working = (facts: object) => running({ status: { ...status, ...facts } as typeof status });

test('a device is blank when it was looked at and nothing is on it', (t) => {
  const condition: Condition = { is: 'device-blank', device: '/dev/sdb' };
  t.true(holds(condition, blankHost([disk('/dev/sdb', GIB)])));
  t.false(holds(condition, blankHost([disk('/dev/sdb', GIB, { edges: 'data' })])));
  t.false(holds(condition, blankHost([disk('/dev/sdc', GIB)])));
  t.false(holds(condition, blankHost([{ kind: 'absent', asked: 'sdb', path: '/dev/sdb' }])));
});

test('signatures are still there when all of them are, in their places, and no others', (t) => {
  const ext4 = { type: 'ext4', offsetBytes: bytes(1080), uuid: '', label: '' };
  const swap = { type: 'swap', offsetBytes: bytes(4086), uuid: '', label: '' };
  const condition: Condition = {
    is: 'signatures',
    device: '/dev/sdb',
    found: listSignatures(disk('/dev/sdb', GIB, { signatures: [ext4, swap] })),
  };
  const held = (...signatures: readonly (typeof ext4)[]) =>
    holds(condition, blankHost([disk('/dev/sdb', GIB, { signatures })]));
  t.true(held(ext4, swap));
  t.false(held(ext4));
  t.false(held());
  t.false(held({ ...ext4, offsetBytes: bytes(0) }, swap));
  t.false(holds(condition, blankHost([disk('/dev/sdc', GIB, { signatures: [ext4, swap] })])));
  t.false(holds(condition, blankHost([{ kind: 'absent', asked: 'sdb', path: '/dev/sdb' }])));
});

const onDisk = { device: '/dev/sdb', uuid: 'U', vg: 'docker' };
const pv = (vgName: string | null) => ({
  path: '/dev/sdb',
  uuid: 'U',
  vgName,
  sizeBytes: bytes(GIB),
  extentCount: extents(0),
  missing: false,
});

test('a PV is known by device and UUID together', (t) => {
  const host = blankHost([disk('/dev/sdb', GIB, { edges: 'data' })], { physicalVolumes: [pv(null)] });
  for (const is of ['physical-volume', 'our-physical-volume', 'begun-physical-volume'] as const) {
    t.true(holds({ is, ...onDisk }, host), is);
    t.false(holds({ is, ...onDisk, uuid: 'V' }, host), is);
    t.false(holds({ is, ...onDisk, device: '/dev/sdc' }, host), is);
  }
});

test('a PV with another UUID is ours when it stands in our VG, and only then', (t) => {
  const seen = (vgName: string | null, tags: readonly string[], facts: object = {}) =>
    holds(
      { is: 'our-physical-volume', ...onDisk, uuid: 'V', ...facts },
      blankHost([], { physicalVolumes: [pv(vgName)], volumeGroups: [volumeGroup('docker', { tags })] }),
    );
  t.true(seen('docker', ['dmtool']));
  t.false(seen('docker', []));
  t.false(seen('system', ['dmtool']));
  t.false(seen(null, ['dmtool']));
  t.false(seen('docker', ['dmtool'], { device: '/dev/sdc' }));
});

test('a PV is free while no VG has it, whatever its UUID', (t) => {
  const free = (vgName: string | null, device = '/dev/sdb') =>
    holds({ is: 'free-physical-volume', device }, blankHost([], { physicalVolumes: [pv(vgName)] }));
  t.true(free(null));
  t.false(free('docker'));
  t.false(free(null, '/dev/sdc'));
});

test('a PV was begun, too, where only its metadata area stands', (t) => {
  const host = blankHost([disk('/dev/sdb', GIB, { edges: 'stale-lvm-metadata' })]);
  t.true(holds({ is: 'begun-physical-volume', ...onDisk }, host));
  t.false(holds({ is: 'begun-physical-volume', ...onDisk, device: '/dev/sdc' }, host));
  t.false(holds({ is: 'physical-volume', ...onDisk }, host));
});

test('a VG is expected with just its extents, and ours with the tag', (t) => {
  t.true(holds({ is: 'volume-group', vg: 'docker', extentCount: extents(1000) }, withLvs()));
  t.false(holds({ is: 'volume-group', vg: 'docker', extentCount: extents(999) }, withLvs()));
  t.true(holds({ is: 'our-volume-group', vg: 'docker' }, withLvs()));
  t.false(holds({ is: 'our-volume-group', vg: 'docker' }, nothing));
  t.false(holds({ is: 'our-volume-group', vg: 'docker' }, blankHost([], { volumeGroups: [volumeGroup('docker')] })));
});

test('our volume is a plain LV with the tag, never a pool or a stranger', (t) => {
  const condition: Condition = { is: 'our-volume', vg: 'docker', lv: 'thinpool' };
  t.true(holds(condition, withLvs(logicalVolume('thinpool', 1n, { tags: ['dmtool'] }))));
  t.false(holds(condition, withLvs(logicalVolume('thinpool', 1n))));
  t.false(holds(condition, withLvs(pool)));
  t.false(holds(condition, nothing));
});

test('a part of the pool is there as an LV of the right size, or within the pool', (t) => {
  const data: Condition = { is: 'pool-part', lv: 'thinpool', part: 'data', extentCount: extents(125), ...names };
  const metadata: Condition = { ...data, lv: 'thinpoolmeta', part: 'metadata', extentCount: extents(2) };
  const halfMade = withLvs(logicalVolume('thinpool', 125n), logicalVolume('thinpoolmeta', 3n));
  t.true(holds(data, halfMade));
  t.false(holds(metadata, halfMade));
  t.true(holds(data, withLvs(pool)));
  t.true(holds(metadata, withLvs(pool)));
  t.false(holds({ ...data, extentCount: extents(124) }, withLvs(pool)));
  t.false(holds(data, withLvs()));
  t.false(holds(data, nothing));
});

test('a spare is unused while its VG has no pool', (t) => {
  const condition: Condition = { is: 'unused-spare', vg: 'docker' };
  const spare = logicalVolume('lvol0_pmspare', 2n);
  t.true(holds(condition, withLvs(spare)));
  t.false(holds(condition, withLvs(spare, pool)));
  t.false(holds(condition, withLvs()));
});

test('a pool is there, is active and is watched only as a thin pool', (t) => {
  const conditions = ['thin-pool', 'pool-active', 'monitored'] as const;
  for (const is of conditions) {
    t.true(holds({ is, ...names }, withLvs(pool)), is);
    t.false(holds({ is, ...names }, withLvs(logicalVolume('thinpool', 125n, { monitor: 'monitored' }))), is);
    t.false(holds({ is, ...names }, nothing), is);
  }
  t.false(holds({ is: 'pool-active', ...names }, withLvs({ ...pool, active: false })));
  t.false(holds({ is: 'monitored', ...names }, withLvs({ ...pool, monitor: 'not monitored' })));
});

test('the profile is attached when its name and the tag are on the pool', (t) => {
  const condition: Condition = { is: 'profile-attached', profile: 'docker-thinpool', ...names };
  t.true(holds(condition, withLvs(pool)));
  t.false(holds(condition, withLvs({ ...pool, profile: null })));
  t.false(holds(condition, withLvs({ ...pool, tags: [] })));
  t.false(holds(condition, nothing));
});

test('the low water mark is what the kernel has, not what was asked for', (t) => {
  const condition: Condition = { is: 'low-water-mark', ...names };
  t.true(holds(condition, running()));
  t.false(holds(condition, running({ table: { ...table, lowWaterMarkBlocks: 0n } as NonNullable<typeof table> })));
  t.false(holds(condition, running({ table: null })));
  t.false(holds(condition, withLvs(pool)));
});

test('a pool is healthy only when the kernel runs it read-write, sound and at full size', (t) => {
  const condition: Condition = { is: 'pool-healthy', ...names };
  t.true(holds(condition, running()));
  t.false(holds(condition, working({ mode: 'ro' })));
  t.false(holds(condition, working({ mode: 'out_of_data_space' })));
  t.false(holds(condition, working({ needsCheck: true })));
  t.false(holds(condition, working({ totalDataBlocks: 999n })));
  for (const state of ['fail', 'error', 'unreadable'] as const)
    t.false(holds(condition, running({ status: { state, text: '' } })), state);
  t.false(holds(condition, running({ table: null })));
  t.false(holds(condition, withLvs(pool)));
  t.false(holds(condition, { ...running(), volumeGroups: [] }));
});

test('a last part of a chunk is no block: a pool whose size is no whole number of chunks is healthy', (t) => {
  const odd = { ...table, dataBlockSizeSectors: sectors(1536) } as NonNullable<typeof table>;
  const host = running({ table: odd, status: { ...status, totalDataBlocks: 666n } as typeof status });
  t.true(holds({ is: 'pool-healthy', ...names }, host));
});

test('a file is as wanted when all of it is', (t) => {
  const host = blankHost([], { files: [{ path: '/a', content: 'x\n' }] });
  t.true(holds({ is: 'file-is', path: '/a', content: 'x\n' }, host));
  t.false(holds({ is: 'file-is', path: '/a', content: 'x' }, host));
  t.false(holds({ is: 'file-is', path: '/b', content: 'x' }, host));
});

test('a condition in words names what it is about, without the text of a file', (t) => {
  t.is(describeCondition({ is: 'low-water-mark', ...names }), 'low water mark (vg docker, pool thinpool)');
  t.is(describeCondition({ is: 'file-is', path: '/a', content: 'secret' }), 'file is (path /a)');
  t.is(describeCondition({ is: 'docker-stopped' }), 'docker stopped');
  t.is(
    describeCondition(all(not({ is: 'docker-answers' }), { is: 'file-present', path: '/a' })),
    'not: docker answers; file present (path /a)',
  );
});

test('a pool has just the marks that are told: its profile, and of the tags dmtool’s', (t) => {
  const marked = (tags: readonly string[], profile: string | null, asked: readonly string[] = tags): boolean =>
    holds(
      { is: 'pool-marks', ...names, profile: 'p', tags: asked },
      withLvs(thinPool('thinpool', 125n, 2n, { tags, profile })),
    );
  t.true(marked(['dmtool', 'dmtool_adopted'], 'p'));
  t.true(marked(['theirs', 'dmtool'], 'p', ['dmtool']));
  t.false(marked(['dmtool'], 'p', ['dmtool', 'dmtool_adopted']));
  t.false(marked(['dmtool'], null));
  t.false(holds({ is: 'pool-marks', ...names, profile: null, tags: [] }, nothing));
});

test('a low water mark is just so many blocks', (t) => {
  const mark = (blocks: bigint): Condition => ({ is: 'low-water-mark-is', ...names, blocks });
  t.true(holds(mark(200n), running()));
  t.false(holds(mark(0n), running()));
  t.false(holds(mark(0n), nothing));
});

test('a low water mark is for a threshold, give or take LVM’s rounding; one under 50 counts as 50', (t) => {
  const of = (lowWaterMarkBlocks: bigint, thresholdPercent: number): boolean =>
    holds(
      { is: 'low-water-mark-for', ...names, thresholdPercent },
      running({ table: { ...(table as NonNullable<typeof table>), lowWaterMarkBlocks } }),
    );
  t.true(of(200n, 80));
  t.true(of(201n, 80));
  t.true(of(190n, 80));
  t.false(of(211n, 80));
  t.false(of(189n, 80));
  t.true(of(500n, 30));
  t.false(of(0n, 80));
  t.false(of(0n, 99));
  t.false(holds({ is: 'low-water-mark-for', ...names, thresholdPercent: 80 }, nothing));
  const small = { ...(table as NonNullable<typeof table>), lengthSectors: sectors(24n * 1024n) };
  t.true([4n, 5n].every((blocks) => hasMarkFor({ ...small, lowWaterMarkBlocks: blocks }, 80)));
});
