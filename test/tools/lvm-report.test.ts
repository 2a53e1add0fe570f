import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { findLv, isOurPool, type LogicalVolume } from '../../src/model/lvm.ts';
import { EXTENT_SIZE_BYTES, PV_DATA_START_BYTES } from '../../src/tools/lvm-commands.ts';
import { isDmeventdSilent, type LvmReport, parseFullReport } from '../../src/tools/lvm-report.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { bytes, extents, extentsWithin, GIB, MIB } from '../../src/units/quantity.ts';
import { corrupted } from './corrupt.ts';
import { recorded, recordedCases } from './recorded.ts';

const reports = (name: string): LvmReport[] => recorded('lvm', `${name}.json`).map(parseFullReport);

const lvIn = ({ volumeGroups }: LvmReport, name: string): LogicalVolume | undefined => findLv(volumeGroups[0], name);

test('a dmeventd that takes no notice is told by what LVM says beside its report', (t) => {
  t.true(isDmeventdSilent('  No input from event server.\n'));
  t.false(isDmeventdSilent('  WARNING: Device for PV is missing.\n'));
});

test('a blank host has neither VGs nor PVs', (t) => {
  for (const report of reports('blank-host')) t.deepEqual(report, { volumeGroups: [], physicalVolumes: [] });
});

test('a PV that no VG has taken belongs to none, and has no extents yet', (t) => {
  for (const { volumeGroups, physicalVolumes } of reports('orphan-pv')) {
    t.deepEqual(volumeGroups, []);
    t.like(physicalVolumes, {
      length: 1,
      0: { path: '/dev/ubdb', uuid: 'dmtooL-0001-0001-0001-0001-0001-000001', vgName: null, extentCount: 0n },
    });
  }
});

test('a VG on two PVs is read with its plain LVs and its free extents', (t) => {
  for (const { volumeGroups, physicalVolumes } of reports('foreign-vg')) {
    t.is(volumeGroups.length, 1);
    t.like(volumeGroups[0], { name: 'system', extentCount: 382n, freeExtents: 57n, partial: false, exported: false });
    t.deepEqual(volumeGroups[0]?.tags, []);
    t.deepEqual(
      volumeGroups[0]?.logicalVolumes.map(({ name, kind }) => [name, kind]),
      [
        ['home', 'plain'],
        ['root', 'plain'],
      ],
    );
    t.deepEqual(
      physicalVolumes.map(({ path, vgName, sizeBytes }) => [path, vgName, sizeBytes]),
      [
        ['/dev/ubdb', 'system', bytes(GIB)],
        ['/dev/ubdc', 'system', bytes(512n * MIB)],
      ],
    );
  }
});

test('a VG whose PV is gone, and one that is exported, say so', (t) => {
  for (const { volumeGroups, physicalVolumes } of reports('missing-pv')) {
    t.true(volumeGroups[0]?.partial);
    t.deepEqual(
      physicalVolumes.map(({ missing }) => missing),
      [false, true],
    );
  }
  for (const { volumeGroups } of reports('exported-vg')) t.like(volumeGroups[0], { exported: true, partial: false });
});

test('a finished pool is read with everything that setup looks at', (t) => {
  for (const report of reports('finished-pool')) {
    t.deepEqual(report.volumeGroups[0]?.tags, ['dmtool']);
    t.like(lvIn(report, 'thinpool'), {
      kind: 'thin-pool',
      active: true,
      profile: 'docker-thinpool',
      monitor: 'monitored',
      chunkSizeBytes: bytes(MIB / 2n),
      sizeBytes: bytes(242n * EXTENT_SIZE_BYTES),
      metadataSizeBytes: bytes(2n * EXTENT_SIZE_BYTES),
      dataLv: 'thinpool_tdata',
      metadataLv: 'thinpool_tmeta',
      poolLv: null,
    });
    t.deepEqual(lvIn(report, 'thinpool')?.tags, ['dmtool']);
    t.like(lvIn(report, 'lvol0_pmspare'), {
      kind: 'plain',
      sizeBytes: bytes(2n * EXTENT_SIZE_BYTES),
      chunkSizeBytes: null,
    });
  }
});

test('a pool that was cut off before it got its tag is known by its hidden data LV', (t) => {
  for (const report of reports('converted-pool')) {
    const [vg] = report.volumeGroups;
    const pool = lvIn(report, 'thinpool');
    t.deepEqual(pool?.tags, []);
    t.deepEqual(lvIn(report, 'thinpool_tdata')?.tags, ['dmtool']);
    t.true(vg && pool && isOurPool(vg, pool));
  }
});

test('a pool that is not active is told as that', (t) => {
  for (const report of reports('inactive-pool'))
    t.like(lvIn(report, 'thinpool'), { active: false, monitor: '', profile: 'docker-thinpool' });
});

test('thin volumes and snapshots are told apart from the pool that they live in', (t) => {
  for (const report of reports('thin-volumes')) {
    t.like(lvIn(report, 'volume'), { kind: 'thin', poolLv: 'thinpool', active: true, chunkSizeBytes: null });
    t.like(lvIn(report, 'copy'), { kind: 'thin', poolLv: 'thinpool', active: false });
    t.is(lvIn(report, 'thinpool')?.kind, 'thin-pool');
  }
});

test('two VGs are kept apart', (t) => {
  for (const { volumeGroups, physicalVolumes } of reports('two-vgs')) {
    t.deepEqual(volumeGroups.map(({ name }) => name).sort(), ['docker', 'system']);
    t.is(physicalVolumes.find(({ path }) => path === '/dev/ubdc')?.vgName, 'system');
    t.true(volumeGroups.every((vg) => vg.logicalVolumes.length > 0));
  }
});

test('names with hyphens are names as any other', (t) => {
  for (const report of reports('hyphens')) {
    t.is(report.volumeGroups[0]?.name, 'my-vg');
    t.is(lvIn(report, 'thin-pool-1')?.dataLv, 'thin-pool-1_tdata');
  }
});

test('a PV has just the extents that the planner counts on', (t) => {
  for (const { name, text } of recordedCases('lvm', '*.json')) {
    for (const { vgName, missing, sizeBytes, extentCount } of parseFullReport(text).physicalVolumes) {
      if (vgName === null || missing) continue;
      t.is(extentCount, extentsWithin(bytes(sizeBytes - PV_DATA_START_BYTES), EXTENT_SIZE_BYTES), name);
    }
  }
});

test('the metadata size of a pool that LVM leaves open is not made up', (t) => {
  for (const text of recorded('lvm', 'finished-pool.json')) {
    const report = parseFullReport(text.replace('"lv_metadata_size":"8388608"', '"lv_metadata_size":""'));
    t.is(lvIn(report, 'thinpool')?.metadataSizeBytes, null);
  }
});

test('segments that are missing leave a pool without chunk size, not without itself', (t) => {
  for (const text of recorded('lvm', 'finished-pool.json')) {
    const document = JSON.parse(text);
    document.report[0].seg = [];
    t.like(lvIn(parseFullReport(JSON.stringify(document)), 'thinpool'), { chunkSizeBytes: null, monitor: '' });
  }
});

test('what is no report is refused, with its beginning kept', (t) => {
  for (const text of ['', '{', '[]', '{"report":{}}', '{"report":[{"vg":[{}]}]}', 'Volume group not found']) {
    const error = t.throws(() => parseFullReport(text), { instanceOf: UnreadableOutput });
    t.is(error?.excerpt, text);
  }
});

test('a number that is no number is refused, not rounded', (t) => {
  for (const text of recorded('lvm', 'finished-pool.json')) {
    for (const value of ['', '-1', '1.5', '4m', '0x10'])
      t.throws(() => parseFullReport(text.replace(/"vg_free_count":"\d+"/, `"vg_free_count":"${value}"`)), {
        instanceOf: UnreadableOutput,
      });
  }
});

test('sizes that nothing can be divided by, and more free than there is, are refused with what has them', (t) => {
  for (const text of recorded('lvm', 'finished-pool.json')) {
    for (const [pattern, put, named] of [
      [/"vg_extent_size":"\d+"/, '"vg_extent_size":"0"', /extents of VG docker with a size of 0/],
      [/"vg_free_count":"\d+"/, '"vg_free_count":"99999"', /VG docker with more extents free than it has/],
      [/"chunk_size":"[1-9]\d*"/g, '"chunk_size":"0"', /chunks of thinpool with a size of 0/],
    ] as const)
      t.throws(() => parseFullReport(text.replace(pattern, put)), { instanceOf: UnreadableOutput, message: named });
  }
});

test('a corrupted report is refused or still makes sense', (t) => {
  const cases = recordedCases('lvm', '*.json').map(({ text }) => text);
  fc.assert(
    fc.property(fc.constantFrom(...cases).chain(corrupted), (text) => {
      try {
        for (const vg of parseFullReport(text).volumeGroups) assert.ok(vg.freeExtents >= extents(0));
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput, String(error));
      }
    }),
    { numRuns: 400 },
  );
  t.pass();
});

test('any JSON is refused or read', (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      for (const each of [text, `{"report":[${text}]}`]) {
        try {
          parseFullReport(each);
        } catch (error) {
          assert.ok(error instanceof UnreadableOutput, String(error));
        }
      }
    }),
  );
  t.pass();
});
