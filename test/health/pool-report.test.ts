import test from 'ava';
import { reportPools } from '../../src/health/pool-report.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { parseFullReport } from '../../src/tools/lvm-report.ts';
import { bytes, MIB } from '../../src/units/quantity.ts';
import { kernelPool, thinPool, volumeGroup } from '../plan/hosts.ts';
import { recorded } from '../tools/recorded.ts';
import { survey } from './surveys.ts';

const seen = (name: string, lvm = true) =>
  recorded('dmsetup', `${name}.table`).map((table, index) => {
    const thinPools = parseThinPools(table, recorded('dmsetup', `${name}.status`)[index] as string);
    const report = lvm ? parseFullReport(recorded('lvm', `${name}.json`)[index] as string) : { volumeGroups: [] };
    return reportPools(survey({ ...report, thinPools }));
  });

test("LVM's pool is told once, by VG and LV, with what the kernel says of it", (t) => {
  for (const pools of seen('finished-pool')) {
    t.deepEqual(pools, [
      {
        name: 'docker/thinpool',
        kind: 'lvm',
        device: '/dev/mapper/docker-thinpool',
        mode: 'rw',
        needsCheck: false,
        data: { usedBytes: bytes(0), totalBytes: bytes(968n * MIB), usedPercent: 0 },
        metadata: { usedBytes: bytes(213 * 4096), totalBytes: bytes(8n * MIB), usedPercent: 10.4 },
        chunkSizeBytes: bytes(MIB / 2n),
        vg: { name: 'docker', sizeBytes: bytes(1020n * MIB), freeBytes: bytes(36n * MIB), freePercent: 3.52 },
        outlook: { kind: 'profile-unread', profile: 'docker-thinpool' },
        devices: ['/dev/ubdb'],
        profile: 'docker-thinpool',
        suspended: false,
        isLostToLvm: false,
        waterMark: null,
        files: [],
        isOurs: true,
        engine: null,
        minimumFreePercent: null,
        shortage: null,
        cause: null,
        discards: 'passed down',
      },
    ]);
  }
});

test('a pool under thin volumes is the one that the operator knows', (t) => {
  for (const pools of seen('thin-volumes')) {
    t.is(pools.length, 1);
    t.like(pools[0], { name: 'docker/thinpool', device: '/dev/mapper/docker-thinpool', mode: 'rw' });
  }
});

test('names with hyphens are told as LVM and as device-mapper write them', (t) => {
  for (const pools of seen('hyphens'))
    t.like(pools, { length: 1, 0: { name: 'my-vg/thin-pool-1', device: '/dev/mapper/my--vg-thin--pool--1' } });
});

test("a pool of LVM's that is not active is told as that", (t) => {
  for (const pools of seen('inactive-pool'))
    t.like(pools, { length: 1, 0: { name: 'docker/thinpool', mode: 'inactive', data: null, metadata: null } });
});

test('pools that LVM knows nothing of are told by their own names: on loop devices, or raw', (t) => {
  for (const [pool] of seen('loop-pool', false))
    t.like(pool, { kind: 'loop', name: 'docker-8:1-123-pool', device: '/dev/mapper/docker-8:1-123-pool' });
  for (const [pool] of seen('full-queueing', false)) t.like(pool, { kind: 'raw', data: { usedPercent: 100 } });
});

test('a failed pool has no fill level', (t) => {
  for (const [pool] of seen('failed', false)) t.like(pool, { mode: 'fail', data: null, metadata: null });
});

test('without a table nobody knows how large a block is, so data has no fill level', (t) => {
  const [pool] = reportPools(survey({ thinPools: [kernelPool('pool', { table: null })] }));
  t.like(pool, { kind: 'raw', mode: 'rw', data: null, chunkSizeBytes: null, metadata: { usedPercent: 10 } });
});

test('two pools of one VG are not taken for each other', (t) => {
  const logicalVolumes = [thinPool('one', 10n, 1n), thinPool('two', 10n, 1n)];
  const volumeGroups = [volumeGroup('docker', { logicalVolumes })];
  const pools = reportPools(survey({ volumeGroups, thinPools: [kernelPool('docker-two')] }));
  t.deepEqual(
    pools.map(({ name, mode }) => [name, mode]),
    [
      ['docker/two', 'rw'],
      ['docker/one', 'inactive'],
    ],
  );
});

test('what a pool without LVM stands on is told by name where that is known, and by number where not', (t) => {
  const file = {
    path: '/var/data',
    sizeBytes: bytes(9),
    allocatedBytes: bytes(1),
    freeBytes: bytes(5),
    totalBytes: bytes(8),
  };
  const places = new Map([['7:1', { path: '/var/data', file }]]);
  for (const [index, table] of recorded('dmsetup', 'loop-pool.table').entries()) {
    const thinPools = parseThinPools(table, recorded('dmsetup', 'loop-pool.status')[index] as string);
    t.like(reportPools(survey({ thinPools, places })), { 0: { devices: ['/var/data', '7:0'], files: [file] } });
  }
});

test('a pool of LVM’s by its UUID that LVM’s whole report does not have is lost to it', (t) => {
  const table = recorded('dmsetup', 'finished-pool.table')[0] ?? '';
  const thinPools = parseThinPools(table, recorded('dmsetup', 'finished-pool.status')[0] ?? '');
  const lvmPools = new Set(thinPools.map(({ name }) => name));
  const isLost = (facts: Parameters<typeof survey>[0]) =>
    reportPools(survey({ thinPools, lvmPools, ...facts })).map(({ isLostToLvm }) => isLostToLvm);
  t.deepEqual(isLost({}), [true]);
  t.deepEqual(isLost({ lvmPools: new Set() }), [false]);
  t.deepEqual(isLost({ lvmDoubt: { kind: 'without-lock' } }), [false]);
  t.deepEqual(isLost(parseFullReport(recorded('lvm', 'finished-pool.json')[0] ?? '')), [false]);
});
