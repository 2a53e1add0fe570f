import test from 'ava';
import type { DataRoot } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { ProvisionIntent } from '../../src/model/intent.ts';
import type { LogicalVolume } from '../../src/model/lvm.ts';
import { holds } from '../../src/plan/condition.ts';
import type { Refusal } from '../../src/plan/refusal.ts';
import { bytes, GIB, MIB, TIB } from '../../src/units/quantity.ts';
import { usedTree } from './docker-hosts.ts';
import { carryOut, cutOff, teardownPlan } from './docker-runs.ts';
import { disk, kernelPool, logicalVolume, PROFILE_PATH, thinPool, volumeGroup } from './hosts.ts';
import { planOn, provisionHost, provisionPlan } from './provisioned-hosts.ts';

const host = provisionHost({ tree: usedTree() });
const installed = carryOut(host, provisionPlan(host));

const refusals = (on: Host, wish: Partial<ProvisionIntent> = {}): readonly Refusal[] => {
  const planned = planOn(on, wish);
  return planned.kind === 'refused' ? planned.refusals : [];
};
const codes = (on: Host, wish?: Partial<ProvisionIntent>): string[] => refusals(on, wish).map(({ code }) => code);
const asking = (on: Host, ...paths: string[]): Host => ({ ...on, devices: paths.map((path) => disk(path, 10n * GIB)) });
const inRoot = (on: Host, facts: Partial<DataRoot>): Host =>
  ({ ...on, docker: on.docker && { ...on.docker, dataRoot: { ...on.docker.dataRoot, ...facts } } }) as Host;
const ownSetup = { device: '/dev/sdb', dataPercent: 95, metadataPercent: 1, thresholdPercent: 80, stepPercent: 3 };

test('without root, LVM, the kernel target or Docker nothing is begun', (t) => {
  t.deepEqual(codes({ ...host, isRoot: false }), ['not-root']);
  t.deepEqual(codes({ ...host, thinPoolTarget: false }), ['no-thin-pool-target']);
  t.deepEqual(codes({ ...host, docker: null }), ['missing-program']);
  const without = (name: string): Host => ({ ...host, programs: host.programs.filter((each) => each !== name) });
  t.deepEqual(codes(without('lvconvert')), ['missing-program']);
  t.deepEqual(codes(without('lvm')).at(-1), 'missing-program');
});

test('Docker needs a thin_check, and profiles where it writes them, whatever lvm.conf says', (t) => {
  const lvm = { ...host.lvm, thinCheckExecutable: '' };
  t.deepEqual(codes({ ...host, lvm }), []);
  const programs = host.programs.filter((name) => name !== 'thin_check');
  t.like(refusals({ ...host, lvm, programs })[0], { code: 'missing-program', subject: 'thin_check' });
  const elsewhere = { ...host.lvm, profileDirectory: '/usr/lvm/profile' };
  t.like(refusals({ ...host, lvm: elsewhere })[0], { code: 'docker-unfit', subject: '/usr/lvm/profile' });
});

test('a device that Docker would take, with partitions or in use, is refused', (t) => {
  const on = (facts: object): Host => ({ ...host, devices: [disk('/dev/sdb', 10n * GIB, facts)] });
  t.deepEqual(codes(on({ partitions: ['/dev/sdb1'] })), ['device-not-blank']);
  t.deepEqual(codes(on({ edges: 'data' })), ['device-not-blank']);
  t.deepEqual(codes(on({ busy: true })), ['device-in-use']);
  t.deepEqual(codes(on({ busy: true, edges: 'data' }), { wipe: true }), ['device-in-use']);
  t.deepEqual(codes({ ...host, devices: [{ kind: 'absent', asked: 'sdb', path: '/dev/sdb' }] }), ['device-absent']);
});

test('where LVM would stop Docker half way, it is not begun', (t) => {
  const [refusal] = refusals(host, { percents: { data: 98, metadata: 2 } });
  t.like(refusal, { code: 'no-room', subject: '/dev/sdb' });
  t.regex(refusal?.reason ?? '', /data 9\.79 GiB \+ metadata 204 MiB \+ LVM's spare/);
  const small = { ...host, devices: [disk('/dev/sdb', 100n * MIB)] };
  t.regex(refusals(small)[0]?.reason ?? '', /with 100 MiB it is too small for it: a part has no extent/);
  t.deepEqual(codes(small, { percents: { data: 80, metadata: 8 } }), []);
});

test('what can be foreseen of auto-extension and metadata is told', (t) => {
  const warnings = (size: bigint, wish: Partial<ProvisionIntent>) =>
    provisionPlan({ ...host, devices: [disk('/dev/sdb', size)] }, wish).warnings.join();
  t.is(warnings(10n * GIB, {}), '');
  t.regex(warnings(10n * GIB, { autoextendThreshold: 100 }), /^A threshold of 100/);
  t.regex(warnings(10n * GIB, { autoextendPercent: 20 }), /can't run: a step of 20 % is 1\.9 GiB, and VG docker has/);
  t.regex(warnings(3n * TIB, {}), /^Metadata of .* are more than LVM can use/);
  // No step at all fits: none is told, and Docker takes its own.
  const full = provisionPlan(host, { percents: { data: 98, metadata: 1 } });
  t.false(full.notes.some(({ lines }) => lines.some((line) => line.startsWith('dm.thinp_autoextend_percent'))));
  t.is(full.summary?.autoextend.stepPercent, 20);
});

test('names that Docker gives must be free', (t) => {
  const group = (facts: object = {}): Host => ({ ...host, volumeGroups: [volumeGroup('docker', facts)] });
  t.regex(refusals(group())[0]?.reason ?? '', /Docker has no other name for its own/);
  t.regex(refusals(group({ tags: ['dmtool'] }))[0]?.reason ?? '', /a pool that dmtool made itself/);
  t.deepEqual(codes({ ...host, thinPools: [kernelPool('docker-thinpool')] }), ['in-use', 'pool-used'].slice(0, 1));
  const files = [...host.files.filter(({ path }) => path !== PROFILE_PATH), { path: PROFILE_PATH, content: 'mine' }];
  t.deepEqual(codes({ ...host, files }), ['profile-differs']);
  t.deepEqual(codes(inRoot(host, { ownSetup })), ['pool-absent']);
});

const pv = (path: string) => ({
  ...{ path, uuid: 'U', vgName: 'docker', sizeBytes: bytes(10n * GIB), extentCount: 2559n as never, missing: false },
});

test("what a set-up of Docker's own left that failed is known, and how to get rid of it", (t) => {
  const left = (names: readonly string[], path = '/dev/sdb'): Host => ({
    ...host,
    volumeGroups: [volumeGroup('docker', { logicalVolumes: names.map((name) => logicalVolume(name, 10n)) })],
    physicalVolumes: [pv(path)],
  });
  for (const names of [[], ['thinpool'], ['thinpool', 'thinpoolmeta', 'lvol0_pmspare', 'lvol0']]) {
    const [only, ...others] = refusals(left(names));
    t.like(only, { code: 'vg-exists', subject: 'VG docker' });
    t.regex(only?.reason ?? '', /that failed left it on \/dev\/sdb: .* "already part of a volume group"/);
    t.regex(only?.remedy ?? '', /vgremove --yes docker; pvremove \/dev\/sdb; .* --wipe/);
    t.deepEqual(others, []);
  }
  for (const other of [left(['thinpool', 'mine']), left([], '/dev/sdc')])
    t.regex(refusals(other)[0]?.reason ?? '', /Docker has no other name/);
});

test('a pool that Docker made for somebody else is adopted, not set up', (t) => {
  const made = inRoot(
    {
      ...host,
      volumeGroups: [volumeGroup('docker', { logicalVolumes: [thinPool('thinpool', 10n, 2n)] })],
      physicalVolumes: [pv('/dev/sdb')],
    },
    { ownSetup },
  );
  const [refusal] = refusals(made);
  t.regex(refusal?.remedy ?? '', /dmtool adopt --pool docker\/thinpool/);
});

test('what Docker was told at first it keeps: other numbers and devices are refused with what stands', (t) => {
  t.deepEqual(
    codes(installed, { percents: { data: 95, metadata: 1 }, autoextendThreshold: 80, autoextendPercent: 3 }),
    [],
  );
  const both = refusals(installed, { percents: { data: 90, metadata: 2 } });
  t.deepEqual(
    both.map(({ reason }) => /dm\.\w+=\d+/.exec(reason)?.[0]),
    ['dm.thinp_percent=95', 'dm.thinp_metapercent=1'],
  );
  t.regex(both[0]?.remedy ?? '', /leave --data-percent out; dmtool resize grows the pool; dmtool teardown/);
  const growth = refusals(installed, { autoextendThreshold: 70, autoextendPercent: 20 });
  t.deepEqual(
    growth.map(({ reason }) => /dm\.\w+=\d+/.exec(reason)?.[0]),
    ['dm.thinp_autoextend_threshold=80', 'dm.thinp_autoextend_percent=3'],
  );
  const other = refusals(asking(installed, '/dev/sdc'));
  t.like(other[0], { code: 'vg-devices-differ' });
  t.regex(other[0]?.remedy ?? '', /dmtool resize --pool docker\/thinpool --device \/dev\/sdc grows it/);
  // A number that was never told is Docker's own.
  const untold = inRoot(installed, { ownSetup: { ...ownSetup, dataPercent: 0, metadataPercent: 0 } });
  t.deepEqual(codes(untold, { percents: { data: 95, metadata: 1 } }).length, 0);
});

test('a pool that does not run in health is not called as wanted, nor a VG that is not whole', (t) => {
  const sick = {
    ...installed,
    thinPools: installed.thinPools.map((each) => ({ ...each, status: { state: 'fail', text: 'Fail' } })),
  };
  t.deepEqual(codes(sick as Host), ['pool-unhealthy']);
  t.deepEqual(codes({ ...installed, volumeGroups: installed.volumeGroups.map((vg) => ({ ...vg, partial: true })) }), [
    'vg-unusable',
  ]);
});

test('what another run has begun is gone on with as it was begun', (t) => {
  const cut = cutOff(host, provisionPlan(host));
  t.deepEqual(codes(asking(cut, '/dev/sdc')), ['unfinished']);
  t.regex(refusals(asking(cut, '/dev/sdc'))[0]?.remedy ?? '', /^name \/dev\/sdb, or dmtool teardown/);
  const [record] = cut.ownership;
  if (!record?.pool) return t.fail();
  const { provisionedBy, ...pool } = record.pool;
  t.is(provisionedBy, 'docker');
  const otherRoad = { ...cut, ownership: [{ ...record, pool }] };
  t.regex(refusals(otherRoad)[0]?.reason ?? '', /a setup of this pool by dmtool itself was cut off/);
  // Its profile, and what it told Docker, are no reasons.
  const files = [...cut.files.filter(({ path }) => path !== PROFILE_PATH), { path: PROFILE_PATH, content: 'x' }];
  t.deepEqual(codes(inRoot({ ...cut, files }, { ownSetup })), []);
});

test('where Docker itself stands in the way of a move, that is told', (t) => {
  t.deepEqual(codes(provisionHost({ tree: usedTree({ swarm: true }) })), ['swarm-member']);
});

test('teardown of a run that was cut off leaves alone what somebody has put on the disk since', (t) => {
  const cut = cutOff(host, provisionPlan(host));
  const reused = { ...cut, devices: [disk('/dev/sdb', 10n * GIB, { edges: 'data' })] };
  t.deepEqual(
    teardownPlan(reused).steps.filter(({ id }) => id.startsWith('zero:')),
    [],
  );
  const content = 'activation{\nthin_pool_autoextend_threshold=80\nthin_pool_autoextend_percent=3\n}';
  const files = [...reused.files.filter(({ path }) => path !== PROFILE_PATH), { path: PROFILE_PATH, content }];
  const removed = teardownPlan({ ...reused, files }).steps.map(({ id }) => id);
  t.true(removed.includes('profile'));
  t.false(removed.some((id) => id.startsWith('zero:')));
  const finished = { ...installed, volumeGroups: [], physicalVolumes: [], thinPools: [], thinDevices: [] };
  const stale = { ...finished, devices: [disk('/dev/sdb', 10n * GIB, { edges: 'data' })] };
  t.false(teardownPlan(stale).steps.some(({ id }) => id.startsWith('zero:') || id === 'vgremove'));
});

test("a VG is Docker's as long as nothing but Docker's is in it, on one device", (t) => {
  const of = (lv: LogicalVolume | null, ...paths: string[]): boolean =>
    holds(
      { is: 'dockers-volume-group', device: '/dev/sdb' },
      {
        ...host,
        volumeGroups: [volumeGroup('docker', { logicalVolumes: lv === null ? [] : [lv] })],
        physicalVolumes: paths.map(pv),
      },
    );
  t.true(of(null, '/dev/sdb'));
  t.true(of(thinPool('thinpool', 10n, 2n), '/dev/sdb'));
  t.false(of(null, '/dev/sdb', '/dev/sdc'));
  t.false(of(null));
  t.false(of(logicalVolume('thinpool2', 1n), '/dev/sdb'));
  t.false(of(logicalVolume('lvol1', 1n, { kind: 'thin' }), '/dev/sdb'));
  t.false(of(thinPool('thinpool', 10n, 2n, { tags: ['dmtool', 'dmtool_adopted'] }), '/dev/sdb'));
});
