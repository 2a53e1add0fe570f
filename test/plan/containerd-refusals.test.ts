import test from 'ava';
import type { ContainerdFacts } from '../../src/model/containerd.ts';
import type { DockerFacts } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { Refusal } from '../../src/plan/refusal.ts';
import { planSetupWithContainerd } from '../../src/plan/setup-containerd.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { bytes, extents, GIB } from '../../src/units/quantity.ts';
import { addContainerd, CONFIG_TOML, containerdWish, SNAPSHOTTER_ROOT, withFacts } from './containerd-hosts.ts';
import { situateStore, usualStore } from './containerd-situations.ts';
import { dockerFacts, dockerWish } from './docker-hosts.ts';
import { blankHost, disk, kernelPool, thinPool, volumeGroup, wish } from './hosts.ts';

const blank = blankHost([disk('/dev/sdb', 10n * GIB)]);
const host = addContainerd(blank);
const on = (each: Host, wanted = containerdWish()): readonly Refusal[] => {
  const planned = planSetupWithContainerd(each, wish(), wanted);
  return planned.kind === 'refused' ? planned.refusals : [];
};
const refuse = (facts: Partial<ContainerdFacts>): readonly Refusal[] => on(withFacts(host, facts));
const codes = (refusals: readonly Refusal[]): string[] => refusals.map(({ code }) => code);
const effective = host.containerd?.effective as NonNullable<ContainerdFacts['effective']>;
const root = { path: SNAPSHOTTER_ROOT, isThere: true, poolNames: [] };

test('containerd as it is installed is refused nothing', (t) => {
  t.deepEqual(on(host), []);
});

test('what is not installed is told, and that the pool alone can still be had', (t) => {
  const [refusal, ...more] = on(blank);
  t.like(refusal, { code: 'missing-program', subject: 'containerd' });
  t.regex(refusal?.remedy ?? '', /containerd\.io.*--engine none/);
  t.deepEqual(more, []);
  const without = (...names: string[]) =>
    on({ ...host, programs: host.programs.filter((name) => !names.includes(name)) }).map(({ subject }) => subject);
  t.deepEqual(without('ctr', 'rm'), ['ctr', 'rm']);
  t.deepEqual(without('mkfs.ext4'), ['mkfs.ext4']);
  t.deepEqual(without('mkfs.xfs'), []);
});

test('what is wrong with pool and containerd is told at once, and of a host that nobody could look at nothing', (t) => {
  const programs = host.programs.filter((name) => name !== 'ctr' && name !== 'vgcreate');
  t.deepEqual(
    on({ ...host, programs }).map(({ subject }) => subject),
    ['vgcreate', 'ctr'],
  );
  t.deepEqual(codes(on({ ...withFacts(host, { service: null }), isRoot: false })), ['not-root']);
});

test('one that nobody starts, or that has no such snapshotter, is no use', (t) => {
  t.deepEqual(codes(refuse({ service: null })), ['containerd-unmanaged']);
  t.deepEqual(codes(refuse({ plugin: null })), ['containerd-unfit']);
  // Only one that runs can be asked.
  t.deepEqual(refuse({ plugin: null, service: { name: 'containerd.service', state: 'stopped' } }), []);
});

test('settings that can not be read are told in the words of who read them', (t) => {
  const config = { ...(host.containerd as ContainerdFacts).config, content: 'a = 1\n[plugins\n' };
  const [refusal] = refuse({ config });
  t.is(refusal?.code, 'config-malformed');
  t.regex(refusal?.subject ?? '', /^\/etc\/containerd\/config\.toml, line 2, column \d+$/);
  const [own] = refuse({ config, configProblem: 'unexpected token', effective: null });
  t.like(own, { code: 'config-malformed', subject: CONFIG_TOML, reason: 'unexpected token' });
});

test('a table in a form that can not be changed line by line is its owner’s to write', (t) => {
  const config = 'plugins = { devmapper = { pool_name = "" } }\n';
  t.deepEqual(codes(on(addContainerd(blank, { config }))), ['config-unfit']);
});

test('metadata of another pool are not led to this one', (t) => {
  const [known] = refuse({ snapshotterRoot: { ...root, poolNames: ['docker-thinpool', 'vg-other'] } });
  t.is(known?.code, 'metadata-foreign');
  t.regex(known?.reason ?? '', /vg-other$/);
  const snapshotter = { ...effective.snapshotter, pool_name: 'vg-used' };
  const [inUse] = refuse({ plugin: 'ok', effective: { ...effective, snapshotter } });
  t.regex(inUse?.reason ?? '', /vg-used$/);
  // One that does not work holds nothing.
  t.deepEqual(refuse({ plugin: 'error', effective: { ...effective, snapshotter } }), []);
});

test('a pool of Docker’s, by its settings or by its word, is not shared', (t) => {
  const content = '{"storage-opts":["dm.thinpooldev=/dev/mapper/docker-thinpool"]}';
  const docker = (facts: Partial<DockerFacts>): Host => ({ ...host, docker: dockerFacts(facts) });
  t.deepEqual(codes(on(docker({ config: { ...dockerFacts().config, content } }))), ['pool-used']);
  const info = { ...{ driver: 'devicemapper', dataRoot: '/', liveRestore: false, swarm: false } };
  t.deepEqual(codes(on(docker({ info: { ...info, driverStatus: { 'Pool Name': 'docker-thinpool' } } }))), [
    'pool-used',
  ]);
  t.deepEqual(on(docker({ info: { ...info, driverStatus: {} } })), []);
});

test('a pool with blocks in use that the snapshotter does not know is not taken', (t) => {
  const lv = thinPool('thinpool', 1000n, 2n, { tags: ['dmtool'], sizeBytes: bytes(1000n * 512n * 1024n) });
  const used = {
    ...host,
    devices: [],
    volumeGroups: [volumeGroup('docker', { logicalVolumes: [lv], freeExtents: extents(500n) })],
    thinPools: [kernelPool('docker-thinpool')],
  };
  const planned = (facts: Partial<ContainerdFacts>) =>
    planSetupWithContainerd(
      withFacts(used, facts),
      wish({ source: { kind: 'free-space' }, newPvUuids: [] }),
      containerdWish(),
    );
  const refused = planned({});
  t.deepEqual(refused.kind === 'refused' && codes(refused.refusals), ['pool-used']);
  t.is(planned({ snapshotterRoot: { ...root, poolNames: ['docker-thinpool'] } }).kind, 'ready');
});

test('Docker 26 is refused options of the driver that it has not, and all that containerd is refused', (t) => {
  const situation = situateStore(usualStore());
  const { intent } = situation;
  const plan = (each: Host, storageOptions: { name: string; value: string }[] = []) => {
    const planned = planSetupWithDocker(each, intent, dockerWish({ storageOptions }));
    return planned.kind === 'refused' ? planned.refusals.map(({ code, subject }) => `${code} ${subject}`) : [];
  };
  t.deepEqual(plan(situation.host), []);
  t.deepEqual(
    plan(situation.host, [
      { name: 'dm.basesize', value: '5G' },
      { name: 'dm.fs', value: 'xfs' },
    ]),
    [],
  );
  t.deepEqual(plan(situation.host, [{ name: 'dm.mountopt', value: 'nodiscard' }]), [
    'option-conflict dm.mountopt=nodiscard',
  ]);
  t.deepEqual(plan({ ...situation.host, containerd: null }), ['missing-program containerd']);
  const foreign = withFacts(situation.host, { snapshotterRoot: { ...root, poolNames: ['vg-other'] } });
  t.deepEqual(plan(foreign), [`metadata-foreign ${SNAPSHOTTER_ROOT}`]);
  const both = { ...foreign, programs: foreign.programs.filter((name) => name !== 'umount' && name !== 'wipefs') };
  t.deepEqual(plan(both), ['missing-program wipefs', 'missing-program umount']);
});
