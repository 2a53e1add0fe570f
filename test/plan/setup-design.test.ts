import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { type Design, designPool } from '../../src/plan/setup-design.ts';
import { surveySite } from '../../src/plan/setup-site.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { parseFullReport } from '../../src/tools/lvm-report.ts';
import { parseProfile } from '../../src/tools/profile.ts';
import { bytes, extents, GIB, KIB, MIB } from '../../src/units/quantity.ts';
import { recorded } from '../tools/recorded.ts';
import {
  blankHost,
  disk,
  freeSpaceWish,
  logicalVolume,
  PROFILE_PATH,
  PROFILE_TEMPLATE,
  thinPool,
  volumeGroup,
  wish,
} from './hosts.ts';

const design = (host: Host, intent: SetupIntent = wish()): Design =>
  designPool(host, intent, surveySite(host, intent)) as Design;
const one = blankHost([disk('/dev/sdb', GIB)]);

test('a blank disk of 1 GiB gets what the documents say, and a step that fits', (t) => {
  t.like(design(one), {
    vgExtents: 255n,
    chunkSizeBytes: 512n * KIB,
    size: { dataExtents: 242n, metadataExtents: 2n, freeExtents: 9n },
    autoextend: { thresholdPercent: 80, stepPercent: 3 },
  });
  t.like(design(one).summary, {
    device: '/dev/mapper/docker-thinpool',
    vgSizeBytes: 1020n * MIB,
    dataSizeBytes: 968n * MIB,
    metadataSizeBytes: 8n * MIB,
    freeBytes: 36n * MIB,
    profilePath: PROFILE_PATH,
    autoextend: { thresholdPercent: 80, stepPercent: 3, times: 1, firstStepBytes: 32n * MIB, totalBytes: 32n * MIB },
  });
});

test('two disks are one VG: whole extents of each', (t) => {
  const two = blankHost([disk('/dev/sdb', GIB), disk('/dev/sdc', 512n * MIB + 3n * MIB)]);
  t.is(design(two).vgExtents, extents(255 + 128));
});

test('in a VG that exists, percentages are of its free space', (t) => {
  const logicalVolumes = [logicalVolume('root', 400n)];
  const vg = volumeGroup('system', { freeExtents: extents(600), logicalVolumes });
  t.like(design(blankHost([], { volumeGroups: [vg] }), freeSpaceWish()), {
    vgExtents: 1000n,
    size: { dataExtents: 570n, metadataExtents: 6n, freeExtents: 18n },
  });
});

test('the spare of another pool is not counted twice', (t) => {
  for (const spare of ['lvol0_pmspare', 'lvol7_pmspare']) {
    const logicalVolumes = [thinPool('theirs', 300n, 50n), logicalVolume(spare, 50n)];
    const vg = volumeGroup('system', { freeExtents: extents(600), logicalVolumes });
    t.like(design(blankHost([], { volumeGroups: [vg] }), freeSpaceWish()).size, { freeExtents: 24n });
  }
});

test('LVs that a run left count as free: the same sizes come out again', (t) => {
  const mine = { tags: ['dmtool'] };
  const logicalVolumes = [logicalVolume('thinpool', 570n, mine), logicalVolume('thinpoolmeta', 6n, mine)];
  const vg = volumeGroup('system', { freeExtents: extents(24), logicalVolumes });
  t.like(design(blankHost([], { volumeGroups: [vg] }), freeSpaceWish()).size, {
    dataExtents: 570n,
    metadataExtents: 6n,
  });
});

test('flags go before defaults', (t) => {
  const intent = wish({
    chunkSizeBytes: bytes(64n * KIB),
    data: { kind: 'size', sizeBytes: bytes(100n * MIB) },
    metadata: { kind: 'size', sizeBytes: bytes(20n * MIB) },
    autoextendThreshold: 70,
    autoextendPercent: 50,
  });
  t.like(design(one, intent), {
    chunkSizeBytes: 64n * KIB,
    size: { dataExtents: 25n, metadataExtents: 5n, freeExtents: 220n },
    autoextend: { thresholdPercent: 70, stepPercent: 50 },
  });
  t.deepEqual(parseProfile(design(one, intent).profileContent), { thresholdPercent: 70, stepPercent: 50 });
});

test('a profile in force is kept word by word, and its values are told', (t) => {
  const content = '# by hand\nthin_pool_autoextend_threshold=60\nthin_pool_autoextend_percent=9\n';
  const logicalVolumes = [thinPool('thinpool', 200n, 2n, { profile: 'docker-thinpool', tags: ['dmtool'] })];
  const volumeGroups = [volumeGroup('docker', { tags: ['dmtool'], freeExtents: extents(100), logicalVolumes })];
  const host = blankHost([], { volumeGroups, files: [{ path: PROFILE_PATH, content }] });
  const kept = design(host, freeSpaceWish({ vg: 'docker' }));
  t.is(kept.profileContent, content);
  t.like(kept.autoextend, { thresholdPercent: 60, stepPercent: 9 });
});

test('an attached profile whose file is gone is written anew', (t) => {
  const logicalVolumes = [thinPool('thinpool', 200n, 2n, { profile: 'docker-thinpool', tags: ['dmtool'] })];
  const volumeGroups = [volumeGroup('docker', { tags: ['dmtool'], freeExtents: extents(100), logicalVolumes })];
  const anew = design(blankHost([], { volumeGroups }), freeSpaceWish({ vg: 'docker' }));
  t.deepEqual(parseProfile(anew.profileContent), { thresholdPercent: 80, stepPercent: 20 });
});

test('a profile that the cut-off run itself wrote may be written over', (t) => {
  const pool = { vg: 'docker', pool: 'thinpool', makesVg: true, devices: [], profilePath: PROFILE_PATH };
  const record = { name: 'docker/thinpool', pool, docker: null };
  const files = [{ path: PROFILE_PATH, content: 'half' }];
  t.like(design({ ...one, files }), { code: 'profile-differs' } as never);
  t.like(design({ ...one, files, ownership: [record] }), { code: 'profile-differs' } as never);
  const ours = [{ path: PROFILE_PATH, content: `${PROFILE_TEMPLATE.split('\n')[0]}\nhalf` }];
  t.is(design({ ...one, files: ours, ownership: [record] }).vgExtents, extents(255));
});

test('a pool that does not tell its metadata is planned on all the same', (t) => {
  const logicalVolumes = [
    thinPool('thinpool', 200n, 2n, { metadataSizeBytes: null, chunkSizeBytes: null, tags: ['dmtool'] }),
  ];
  const volumeGroups = [volumeGroup('docker', { tags: ['dmtool'], logicalVolumes })];
  const seen = design(blankHost([], { volumeGroups }), freeSpaceWish({ vg: 'docker' }));
  t.like(seen, { chunkSizeBytes: 512n * KIB, size: { dataExtents: 200n, metadataExtents: 0n } });
});

/** The real host as LVM and the kernel recorded it, with its disk. */
const recordedHosts = (name: string, profile: string | null): Host[] =>
  recorded('lvm', `${name}.json`).map((text, index) => {
    const pools = parseThinPools(
      recorded('dmsetup', 'finished-pool.table')[index] as string,
      recorded('dmsetup', 'finished-pool.status')[index] as string,
    );
    const facts = disk('/dev/ubdb', GIB, { edges: 'data', busy: true });
    const files = [{ path: PROFILE_PATH, content: profile }];
    const thinPools = name === 'finished-pool' ? pools : [];
    return blankHost([facts], { ...parseFullReport(text), thinPools, files });
  });

const steps = (host: Host): string[] => {
  const planned = planSetup(host, wish());
  return planned.kind === 'ready'
    ? planned.plan.steps.map(({ id }) => id)
    : planned.refusals.map(({ reason }) => reason);
};

test('on a real finished host there is nothing to do', (t) => {
  const profile = 'thin_pool_autoextend_threshold=80\nthin_pool_autoextend_percent=3\n';
  for (const host of recordedHosts('finished-pool', profile)) t.deepEqual(steps(host), []);
});

test('a real host that was cut off is gone on with where it stands', (t) => {
  const watching = ['activate', 'monitor', 'refresh'];
  for (const host of recordedHosts('half-made-pool', null))
    t.deepEqual(steps(host), ['lvconvert', 'profile', ...watching]);
  for (const host of recordedHosts('converted-pool', null))
    t.deepEqual(steps(host), ['profile', 'attach-profile', ...watching]);
});
