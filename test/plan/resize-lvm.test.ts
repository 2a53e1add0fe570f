import test from 'ava';
import fc from 'fast-check';
import { fileContent, type Host } from '../../src/model/host.ts';
import type { ResizeIntent } from '../../src/model/intent.ts';
import { findSpare, type LogicalVolume } from '../../src/model/lvm.ts';
import { planResize } from '../../src/plan/resize.ts';
import type { Plan } from '../../src/plan/step.ts';
import { parseProfile } from '../../src/tools/profile.ts';
import { extents, GIB, MIB, TIB } from '../../src/units/quantity.ts';
import { carryOut, ready, walk } from './docker-runs.ts';
import { by, growthWish, lvmHost, to } from './growing-hosts.ts';
import { disk, PROFILE_PATH, usedDisk, writtenDisk } from './hosts.ts';

const plan = (host: Host, wish: Partial<ResizeIntent> = {}): Plan => ready(planResize(host, growthWish(wish)));
const refusals = (host: Host, wish: Partial<ResizeIntent> = {}) => {
  const planned = planResize(host, growthWish(wish));
  return planned.kind === 'refused' ? planned.refusals : [];
};
const codes = (host: Host, wish: Partial<ResizeIntent> = {}): string[] => refusals(host, wish).map(({ code }) => code);
const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);
const stepPercent = (host: Host): number | undefined =>
  parseProfile(fileContent(host, PROFILE_PATH) ?? '')?.stepPercent;
const EXTENT = 4n * MIB;
const second = disk('/dev/sdc', 1000n * EXTENT + MIB);

test('another disk: the VG first, then data up to the share that setup takes, and a step that fits', (t) => {
  const host = lvmHost({ devices: [second] });
  const grown = plan(host);
  t.deepEqual(ids(grown), ['profile', 'pvcreate:/dev/sdc', 'vgextend', 'lvextend:data', 'refresh']);
  const after = carryOut(host, grown);
  const [vg] = after.volumeGroups;
  t.is(vg?.extentCount, extents(2000));
  // 95 % of all 2000 extents, which are the pool's or free.
  t.is(vg?.logicalVolumes.find(({ name }) => name === 'thinpool')?.sizeBytes, (1900n * EXTENT) as never);
  t.is(stepPercent(after), 4);
  t.deepEqual(ids(plan(after)), []);
  t.deepEqual(
    plan(host).owns.adds?.map(({ pvUuid }) => pvUuid),
    ['new-0'],
  );
});

test('a size, so much more, or all that is free', (t) => {
  const roomy = lvmHost({ vgExtents: 4000n, stepPercent: 20 });
  const dataOf = (wish: Partial<ResizeIntent>): bigint | undefined => {
    const after = carryOut(roomy, plan(roomy, wish));
    return (after.volumeGroups[0]?.logicalVolumes.find(({ name }) => name === 'thinpool')?.sizeBytes ?? 0n) / EXTENT;
  };
  t.is(dataOf({ data: to(5n * GIB) }), 1280n);
  t.is(dataOf({ data: by(1n) }), 951n);
  t.is(dataOf({ data: { kind: 'free-share', percent: 100 } }), 3980n);
  t.is(dataOf({ data: { kind: 'free-share', percent: 50 } }), 2465n);
  t.is(dataOf({}), 3800n);
  t.is(dataOf({ metadata: by(10n * EXTENT) }), 950n);
});

test('metadata grow with their spare', (t) => {
  const host = lvmHost({ vgExtents: 2000n });
  const after = carryOut(host, plan(host, { metadata: to(400n * MIB) }));
  const [vg] = after.volumeGroups;
  t.is(vg && findSpare(vg)?.sizeBytes, (400n * MIB) as never);
  t.is(vg?.freeExtents, extents(2000 - 950 - 200));
  const share = plan(host, { metadata: { kind: 'free-share', percent: 10 } });
  t.regex(share.steps[0]?.title ?? '', /metadata of docker\/thinpool to 244 MiB/);
  const tight = lvmHost({ vgExtents: 1150n });
  const withLvs = (of: Host, change: (lvs: readonly LogicalVolume[]) => LogicalVolume[]): Host => ({
    ...of,
    volumeGroups: of.volumeGroups.map((vg) => ({ ...vg, logicalVolumes: change(vg.logicalVolumes) })),
  });
  // After a repair it has another number.
  const renamed = withLvs(tight, (lvs) =>
    lvs.map((lv) => (lv.name.endsWith('_pmspare') ? { ...lv, name: 'lvol1_pmspare' } : lv)),
  );
  t.deepEqual(codes(renamed, { metadata: to(400n * MIB) }), []);
  t.deepEqual(codes(renamed, { metadata: to(404n * MIB) }), ['no-room']);
  const withoutSpare = withLvs(host, (lvs) => lvs.slice(0, 1));
  t.deepEqual(ids(plan(withoutSpare, { metadata: to(400n * MIB) })), ['lvextend:metadata', 'refresh']);
});

test('what does not fit, or would be smaller, is refused with how much there is', (t) => {
  t.deepEqual(
    refusals(lvmHost(), { data: by(GIB) }).map(({ code, reason }) => [code, reason]),
    [['no-room', 'VG docker has 120 MiB free, 904 MiB less than that takes']],
  );
  t.deepEqual(codes(lvmHost(), { data: { kind: 'free-share', percent: 100 }, metadata: by(GIB) }), ['no-room']);
  t.deepEqual(codes(lvmHost(), { data: to(GIB) }), ['smaller']);
  t.deepEqual(codes(lvmHost(), { metadata: to(MIB) }), ['smaller']);
  t.deepEqual(codes(lvmHost({ vgExtents: 100_000n }), { metadata: to(16n * GIB) }), ['metadata-too-large']);
  const huge = lvmHost({ vgExtents: 3_000_000n });
  t.deepEqual(
    refusals(huge, { data: to(10n * TIB) }).map(({ code, remedy }) => [code, remedy]),
    [['metadata-too-small', '--metadata 960m']],
  );
  t.deepEqual(codes(huge, { data: to(10n * TIB), metadata: to(960n * MIB) }), []);
  for (const facts of [{ partial: true }, { exported: true }]) {
    const host = lvmHost();
    const unusable = { ...host, volumeGroups: host.volumeGroups.map((vg) => ({ ...vg, ...facts })) };
    t.deepEqual(codes(unusable), ['vg-unusable']);
  }
});

test('metadata beyond what the kernel uses stand in the way of nothing', (t) => {
  const host = lvmHost({ vgExtents: 100_000n, metadataExtents: 4096n });
  const step = plan(host, { data: by(GIB), metadata: to(16n * GIB) }).steps.find(
    ({ id }) => id === 'lvextend:metadata',
  );
  t.is(step, undefined);
});

test('a device goes through the same preflight as for setup', (t) => {
  t.deepEqual(codes(lvmHost({ devices: [writtenDisk('/dev/sdc', GIB)] })), ['device-not-blank']);
  const mounted = usedDisk('/dev/sdc', GIB, { kind: 'mount', device: '/dev/sdc', mountPoint: '/srv' });
  t.true(codes(lvmHost({ devices: [mounted] })).includes('device-in-use'));
  t.deepEqual(codes(lvmHost({ devices: [second, second] })), ['device-twice']);
  const own = lvmHost({ devices: [disk('/dev/sdb', GIB)] });
  t.deepEqual(codes(own), []);
  t.deepEqual(ids(plan(own)), []);
});

test('the step is fitted up to 20 %, or up to what somebody had set; profiles of others are theirs', (t) => {
  const third = disk('/dev/sdc', 3000n * EXTENT + MIB);
  const after = (step: number): number | undefined => {
    const host = lvmHost({ devices: [third], stepPercent: step });
    return stepPercent(carryOut(host, plan(host, { data: by(GIB) })));
  };
  t.is(after(3), 20);
  t.is(after(10), 10);
  t.is(after(2), 2);
  const host = lvmHost({ devices: [third] });
  const [profile] = host.files;
  const theirs = { ...host, files: [{ path: PROFILE_PATH, content: profile?.content?.replace(/^.*\n/, '') ?? '' }] };
  t.deepEqual(ids(plan(theirs, { data: by(GIB) })), ['pvcreate:/dev/sdc', 'vgextend', 'lvextend:data', 'refresh']);
  const without = { ...host, files: [] };
  t.deepEqual(ids(plan(without, { data: by(GIB) })), ['pvcreate:/dev/sdc', 'vgextend', 'lvextend:data']);
  const loose = {
    ...host,
    volumeGroups: host.volumeGroups.map((vg) => ({
      ...vg,
      logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, profile: null })),
    })),
  };
  t.deepEqual(ids(plan(loose, { data: by(GIB) })), ['pvcreate:/dev/sdc', 'vgextend', 'lvextend:data']);
  t.is(plan(lvmHost(), { data: { kind: 'free-share', percent: 100 } }).warnings.length, 1);
});

test('wherever a run was cut off, the next one ends where it would have ended', (t) => {
  fc.assert(
    fc.property(fc.bigInt(100n, 4000n), fc.bigInt(10n, 60n), (extentCount, metadataExtents) => {
      const host = lvmHost({ devices: [disk('/dev/sdc', extentCount * EXTENT + MIB)] });
      const wish = { metadata: to(metadataExtents * EXTENT) };
      const whole = plan(host, wish);
      const end = carryOut(host, whole);
      for (const cut of walk(host, whole.steps)) {
        const unfinished = { ...cut, ownership: [whole.owns] };
        const again = plan(unfinished, { ...wish, newPvUuids: ['later-0'] });
        t.deepEqual(carryOut(unfinished, again), end);
      }
      t.deepEqual(plan(end, wish).steps, []);
    }),
    { numRuns: 40 },
  );
});

test('a PV that an earlier run had begun is known by its UUID, or by what it left', (t) => {
  const host = lvmHost({ devices: [second] });
  const whole = plan(host);
  const [, , made] = walk(host, whole.steps);
  const foreign = made as Host;
  t.deepEqual(codes(foreign), ['device-is-pv']);
  t.deepEqual(ids(plan({ ...foreign, ownership: [whole.owns] })).slice(-3), ['vgextend', 'lvextend:data', 'refresh']);
  const others = foreign.physicalVolumes.map((pv) => (pv.vgName === null ? { ...pv, uuid: 'another' } : pv));
  t.deepEqual(codes({ ...foreign, physicalVolumes: others, ownership: [whole.owns] }), ['device-is-pv']);
  const stale = { ...host, devices: [{ ...second, edges: 'stale-lvm-metadata' as const }] };
  t.deepEqual(codes(stale), ['device-not-blank']);
  t.is(plan({ ...stale, ownership: [whole.owns] }).owns.adds?.[0]?.pvUuid, 'new-0');
});
