import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import type { KernelThinPool, ThinPoolStatus } from '../../src/model/thin-pool.ts';
import type { Refusal, RefusalCode } from '../../src/plan/refusal.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { bytes, extents, GIB, KIB, MIB, TIB } from '../../src/units/quantity.ts';
import {
  blankHost,
  disk,
  freeSpaceWish,
  logicalVolume,
  PROFILE_PATH,
  thinPool,
  usedDisk,
  volumeGroup,
  wish,
  writtenDisk,
} from './hosts.ts';
import { play } from './simulate.ts';

const blank = disk('/dev/sdb', GIB);
const clean = blankHost([blank]);

function refusals(host: Host, intent: SetupIntent = wish()): readonly Refusal[] {
  const planned = planSetup(host, intent);
  return planned.kind === 'refused' ? planned.refusals : [];
}

const finish = (host: Host, intent: SetupIntent = wish()): Host => {
  const planned = planSetup(host, intent);
  return planned.kind === 'ready' ? play(host, planned.plan.steps) : host;
};

const withVg = (facts: Parameters<typeof volumeGroup>[1], devices: Host['devices'] = []): Host =>
  blankHost(devices, { volumeGroups: [volumeGroup('docker', facts)] });
const inVg = freeSpaceWish({ vg: 'docker' });
const finished = finish(clean);
const withoutPool = (host: Host): Host => ({
  ...host,
  volumeGroups: host.volumeGroups.map((vg) => ({ ...vg, logicalVolumes: [] })),
});
/** The pool that it made fell ill since. */
const ill = (facts: Partial<KernelThinPool>, status: Partial<ThinPoolStatus> = {}): Host => ({
  ...finished,
  thinPools: finished.thinPools.map((each) => ({ ...each, status: { ...each.status, ...status } as never, ...facts })),
});
const orphan = {
  path: '/dev/sdb',
  uuid: 'X',
  vgName: null,
  sizeBytes: bytes(GIB),
  extentCount: extents(0),
  missing: false,
};

/** Each reason to refuse, alone. */
const cases: readonly [RefusalCode, subject: string, Host, SetupIntent?][] = [
  ['not-root', 'user', { ...clean, isRoot: false }],
  ['missing-program', 'thin_check', { ...clean, programs: clean.programs.filter((name) => name !== 'thin_check') }],
  ['no-thin-pool-target', 'kernel', { ...clean, thinPoolTarget: false }],
  ['vg-name-taken', 'VG docker', { ...clean, namesInDev: ['docker', 'mapper'] }],
  ['device-absent', 'sdx', blankHost([{ kind: 'absent', asked: 'sdx', path: '/dev/sdx' }])],
  ['not-a-block-device', '/dev/null', blankHost([{ kind: 'not-block', asked: '/dev/null', path: '/dev/null' }])],
  ['device-twice', '/dev/disk/by-id/b', blankHost([blank, { ...blank, asked: '/dev/disk/by-id/b' }])],
  ['device-read-only', '/dev/sdb', blankHost([{ ...blank, readOnly: true }])],
  ['device-too-small', '/dev/sdb', blankHost([disk('/dev/sdb', MIB)])],
  ['device-in-use', '/dev/sdb', blankHost([{ ...blank, busy: true }])],
  [
    'system-disk',
    '/dev/sda',
    blankHost([usedDisk('/dev/sda', GIB, { kind: 'mount', device: '/dev/sda1', mountPoint: '/' })]),
    wish({ wipe: true }),
  ],
  ['device-is-pv', '/dev/sdb', { ...clean, physicalVolumes: [orphan] }],
  [
    'device-is-pv',
    '/dev/sdb',
    blankHost([{ ...blank, partitions: ['/dev/sdb1'] }], { physicalVolumes: [{ ...orphan, path: '/dev/sdb1' }] }),
  ],
  ['device-not-blank', '/dev/sdb', blankHost([writtenDisk('/dev/sdb', GIB)])],
  ['device-hidden-from-lvm', '/dev/sdb', blankHost([{ ...blank, visibleToLvm: false }])],
  ['vg-exists', 'VG docker', withVg({}, [blank])],
  ['vg-absent', 'VG docker', blankHost([]), inVg],
  ['vg-unusable', 'VG docker', withVg({ partial: true }), inVg],
  ['vg-unusable', 'VG docker', withVg({ exported: true }), inVg],
  ['vg-devices-differ', 'VG docker', { ...finished, devices: [...finished.devices, disk('/dev/sdc', GIB)] }],
  ['vg-devices-differ', 'VG docker', { ...finished, devices: [disk('/dev/sdc', GIB)] }],
  ['lv-exists', 'docker/thinpool', withVg({ logicalVolumes: [logicalVolume('thinpool', 1n)] }), inVg],
  ['lv-exists', 'docker/thinpoolmeta', withVg({ logicalVolumes: [logicalVolume('thinpoolmeta', 1n)] }), inVg],
  ['lv-exists', 'docker/thinpool', withVg({ logicalVolumes: [thinPool('thinpool', 1n, 1n)] }), inVg],
  [
    'lv-exists',
    'docker/thinpool',
    withVg({ logicalVolumes: [logicalVolume('thinpool', 1n, { tags: ['dmtool'] })] }),
    inVg,
  ],
  ['pool-unhealthy', 'docker/thinpool', { ...finished, thinPools: [] }],
  ['pool-unhealthy', 'docker/thinpool', ill({ table: null })],
  ['pool-unhealthy', 'docker/thinpool', ill({}, { totalDataBlocks: 1n })],
  ['pool-differs', 'docker/thinpool', finished, wish({ chunkSizeBytes: bytes(64n * KIB) })],
  ['pool-differs', 'docker/thinpool', finished, wish({ data: { kind: 'size', sizeBytes: bytes(2n * GIB) } })],
  ['pool-differs', 'docker/thinpool', finished, wish({ metadata: { kind: 'size', sizeBytes: bytes(GIB) } })],
  ['profile-differs', PROFILE_PATH, { ...clean, files: [{ path: PROFILE_PATH, content: 'other' }] }],
  ['profile-differs', PROFILE_PATH, finished, wish({ autoextendThreshold: 70 })],
  ['profile-differs', PROFILE_PATH, finished, wish({ autoextendPercent: 7 })],
  ['profile-differs', PROFILE_PATH, { ...finished, files: [{ path: PROFILE_PATH, content: 'empty {}' }] }],
  ['no-room', 'VG docker', clean, wish({ data: { kind: 'size', sizeBytes: bytes(TIB) } })],
];

for (const [index, [code, subject, host, intent]] of cases.entries()) {
  test(`${code} is refused alone, with a subject and a remedy (${index})`, (t) => {
    const found = refusals(host, intent);
    t.deepEqual(
      found.map((refusal) => [refusal.code, refusal.subject]),
      [[code, subject]],
    );
    for (const { reason, remedy } of found) t.true(reason.length > 10 && remedy.length > 10);
  });
}

test('a VG that was given another disk since is that of the command that made it', (t) => {
  const [pv] = finished.physicalVolumes;
  const grown = { ...finished, physicalVolumes: [...finished.physicalVolumes, { ...pv, path: '/dev/sdc' }] } as Host;
  t.deepEqual(refusals(grown), []);
  t.deepEqual(
    refusals(withoutPool(grown)).map(({ code }) => code),
    ['vg-devices-differ'],
  );
  const more = (...paths: string[]) =>
    refusals({ ...finished, devices: [...finished.devices, ...paths.map((path) => disk(path, GIB))] })[0]?.remedy ?? '';
  t.regex(more('/dev/sdc'), /dmtool resize --pool docker\/thinpool --device \/dev\/sdc$/);
  t.regex(more('/dev/sdc', '/dev/a b'), /--device \/dev\/sdc --device '\/dev\/a b'$/);
});

test('a pool that fell ill is refused with what makes it well', (t) => {
  const remedies = (host: Host): string[] => refusals(host).map(({ code, remedy }) => `${code}: ${remedy}`);
  const repair = 'dmtool repair --pool docker/thinpool';
  t.deepEqual(remedies(ill({ status: { state: 'fail', text: 'Fail' } })), [`pool-unhealthy: ${repair}`]);
  t.deepEqual(remedies(ill({}, { mode: 'ro', needsCheck: true })), [`needs-check: ${repair}`]);
  t.deepEqual(remedies(ill({}, { mode: 'ro' })), [`read-only: look at dmesg for the reason; ${repair}`]);
  t.deepEqual(remedies(ill({}, { mode: 'out_of_data_space' })), [
    'pool-unhealthy: dmtool resize --pool docker/thinpool',
  ]);
  t.deepEqual(remedies(ill({ suspended: true }, { mode: 'ro' })), ['pool-suspended: dmsetup resume docker-thinpool']);
});

test('all reasons are named at once, not the first one only', (t) => {
  const host = blankHost(
    [
      { ...writtenDisk('/dev/sdb', GIB), readOnly: true },
      { ...writtenDisk('/dev/sdb', GIB), asked: '/dev/again' },
      { kind: 'absent', asked: '/dev/sdx', path: '/dev/sdx' },
      { kind: 'not-block', asked: '/dev/null', path: '/dev/null' },
      { ...disk('/dev/sdc', MIB), busy: true },
      { ...disk('/dev/sdd', GIB), visibleToLvm: false },
      usedDisk('/dev/sde', GIB, { kind: 'swap', device: '/dev/sde' }),
    ],
    {
      programs: clean.programs.filter((name) => name !== 'dmeventd'),
      thinPoolTarget: false,
      volumeGroups: [volumeGroup('docker', { logicalVolumes: [logicalVolume('thinpool', 1n)] })],
    },
  );
  const codes = new Set(refusals(host).map(({ code }) => code));
  const expected: RefusalCode[] = [
    'missing-program',
    'no-thin-pool-target',
    'device-read-only',
    'device-not-blank',
    'device-twice',
    'device-absent',
    'not-a-block-device',
    'device-too-small',
    'device-in-use',
    'device-hidden-from-lvm',
    'system-disk',
    'vg-exists',
    'lv-exists',
  ];
  t.deepEqual([...codes].sort(), expected.sort());
});

test('where nothing could be looked at, nothing is said of disks', (t) => {
  const host = blankHost([{ kind: 'absent', asked: '/dev/sdx', path: '/dev/sdx' }]);
  t.deepEqual(
    refusals({ ...host, isRoot: false }).map(({ code }) => code),
    ['not-root'],
  );
  const noLvm = refusals({ ...host, programs: host.programs.filter((name) => name !== 'lvm') });
  t.deepEqual(
    noLvm.map(({ code, subject }) => [code, subject]),
    [['missing-program', 'lvm']],
  );
});

test('thin_check is not missed where lvm.conf names none', (t) => {
  const programs = clean.programs.filter((name) => name !== 'thin_check');
  t.deepEqual(refusals({ ...clean, programs, lvm: { ...clean.lvm, thinCheckExecutable: '' } }), []);
});

test('LVs that a run left with other sizes are refused with both ways on', (t) => {
  const metadata = logicalVolume('thinpoolmeta', 7n, { tags: ['dmtool'] });
  const [refusal, ...others] = refusals(withVg({ logicalVolumes: [metadata] }), inVg);
  t.is(refusal?.code, 'lv-exists');
  t.is(refusal?.reason, 'an unfinished setup left it with 28 MiB, this one wants 40 MiB');
  t.regex(refusal?.remedy ?? '', /lvremove docker\/thinpoolmeta/);
  t.deepEqual(others, []);
});

test('what was asked and is so already is not refused', (t) => {
  const same = wish({
    chunkSizeBytes: bytes(512n * KIB),
    data: { kind: 'size', sizeBytes: bytes(900n * MIB) },
    metadata: { kind: 'size', sizeBytes: bytes(8n * MIB) },
    autoextendThreshold: 80,
    autoextendPercent: 3,
  });
  t.deepEqual(refusals(finished, same), []);
});

test('metadata at its limit is as much as was asked for', (t) => {
  const large = blankHost([disk('/dev/sdb', 4n * TIB)]);
  const intent = wish({ metadata: { kind: 'size', sizeBytes: bytes(20n * GIB) } });
  t.deepEqual(refusals(finish(large, intent), intent), []);
});

test('a pool that does not tell its chunk or metadata size is not said to differ', (t) => {
  const [vg] = finished.volumeGroups;
  const silent = { chunkSizeBytes: null, metadataSizeBytes: null };
  const logicalVolumes = vg?.logicalVolumes.map((lv) => (lv.kind === 'thin-pool' ? { ...lv, ...silent } : lv)) ?? [];
  const host = { ...finished, volumeGroups: [{ ...(vg as NonNullable<typeof vg>), logicalVolumes }] };
  const intent = wish({ chunkSizeBytes: bytes(MIB), metadata: { kind: 'size', sizeBytes: bytes(GIB) } });
  t.deepEqual(refusals(host, intent), []);
});

test("a disk and a partition of it can not both be taken; what is absent is nobody's partition", (t) => {
  const whole = disk('/dev/sdb', GIB, { partitions: ['/dev/sdb1'] });
  const devices = [{ kind: 'absent', asked: '/dev/sdx', path: '/dev/sdx' } as const, disk('/dev/sdb1', GIB), whole];
  const told = refusals(blankHost(devices), wish({ wipe: true })).map(({ code, reason }) => `${code}: ${reason}`);
  t.deepEqual(told, ['device-absent: there is no /dev/sdx', 'device-twice: it is a partition of /dev/sdb']);
});
