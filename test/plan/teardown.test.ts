import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { TeardownIntent } from '../../src/model/intent.ts';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import { holds } from '../../src/plan/condition.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Planned, Step } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import { bytes, extents, GIB } from '../../src/units/quantity.ts';
import { container, dockerWish, usedTree, withDocker } from './docker-hosts.ts';
import { assertSame, carryOut, PROFILE_HEAD, ready, setupPlan, teardownPlan } from './docker-runs.ts';
import { situate } from './docker-situations.ts';
import { blankHost, disk, freeSpaceWish, logicalVolume, thinPool, volumeGroup, wish } from './hosts.ts';
import { perform } from './simulate.ts';

const teardown = (host: Host, intent: Partial<TeardownIntent> = {}): Planned =>
  planTeardown(host, { vg: null, pool: null, loop: false, ...intent }, PROFILE_HEAD);
const codes = (planned: Planned): string[] =>
  planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
const steps = (planned: Planned): string[] => ready(planned).steps.map(({ id }) => id);

const blank = blankHost([disk('/dev/sdb', 10n * GIB)]);
const pooled = carryOut(blank, ready(planSetup(blank, wish())));
const vgs = (...groups: readonly ReturnType<typeof volumeGroup>[]): Host => blankHost([], { volumeGroups: groups });
const ours = thinPool('thinpool', 100n, 2n, { tags: ['dmtool'] });

test('a pool alone is taken back down to the blank disk, without any record', (t) => {
  t.deepEqual(steps(teardown(pooled)), [
    'lvremove:thinpool',
    'vgremove',
    'pvremove:/dev/sdb',
    'zero:/dev/sdb',
    'profile',
  ]);
  assertSame(carryOut(pooled, teardownPlan(pooled)), blank, 'blank');
  t.true(ready(teardown(pooled)).steps.every(({ final }) => final === 'begun'));
  t.regex(ready(teardown(pooled)).steps[0]?.destroys ?? '', /^docker\/thinpool \(.* GiB\) and all that is in it$/);
});

test('a pool that the kernel runs and LVM does not find is not called gone', (t) => {
  const installed = [ready(planSetup(blank, wish())).owns];
  const dead = { ...pooled, volumeGroups: [], physicalVolumes: [], installed };
  const [remove, ...others] = ready(teardown(dead)).steps;
  t.like(remove, { id: 'lvremove:thinpool', final: 'begun' });
  t.deepEqual(others, []);
  t.regex(remove?.title ?? '', /LVM does not find: its disk can't be read$/);
  t.false(holds((remove as Step).done, dead));
  const rebooted = { ...dead, thinPools: [] };
  t.true(holds((remove as Step).done, rebooted));
  t.is(ready(teardown(rebooted)).endings.done, 'Thin pool docker/thinpool is not there: LVM has no VG docker.');
});

test('where nothing is, nothing is done, whatever is named', (t) => {
  for (const intent of [{}, { vg: 'a', pool: 'b' }, { loop: true }]) {
    const plan = ready(teardown(blank, intent));
    t.deepEqual(plan.steps, []);
    t.regex(plan.endings.nothingToDo, /nothing of dmtool/);
  }
});

test('with a pool go the records of runs on it that were cut off, apart from those that gave its VG devices', (t) => {
  const record = (name: string, adds: OwnershipRecord['adds'] = []): OwnershipRecord => ({
    name,
    pool: null,
    docker: null,
    adds,
  });
  const device = { path: '/dev/sdc', sizeBytes: bytes(GIB), pvUuid: 'x' };
  const ownership = [
    record('resize of docker/thinpool'),
    record('resize of docker/thinpool', [device]),
    record('adoption of docker/thinpool'),
    record('device docker-thinpool/7'),
    record('device other-pool/7'),
    record('repair of other/pool'),
  ];
  t.deepEqual(
    ready(teardown({ ...pooled, ownership })).alsoForgets?.map(({ name }) => name),
    ['resize of docker/thinpool', 'adoption of docker/thinpool', 'device docker-thinpool/7'],
  );
});

test('a name that fits nothing is told with what is there', (t) => {
  const told = (intent: Partial<TeardownIntent>): string => ready(teardown(pooled, intent)).endings.nothingToDo;
  const only = 'of dmtool here, only docker/thinpool: nothing to do, nothing changed.';
  t.is(told({ pool: 'typo' }), `There is no thin pool typo ${only}`);
  t.is(told({ vg: 'typo' }), `There is no VG typo ${only}`);
  t.is(told({ pool: 'other/thinpool' }), `There is no thin pool other/thinpool ${only}`);
  t.is(told({ vg: 'other', pool: 'thinpool' }), `There is no thin pool other/thinpool ${only}`);
  t.is(told({ loop: true }), `There is no pool on files ${only}`);
});

test('a pool is taken by any of its names, and one that is somebody else’s is refused by each', (t) => {
  for (const pool of ['thinpool', 'docker/thinpool', 'docker-thinpool'])
    t.is(steps(teardown(pooled, { pool }))[0], 'lvremove:thinpool', pool);
  const theirs = vgs(volumeGroup('big', { logicalVolumes: [thinPool('p', 100n, 2n)] }));
  for (const pool of ['p', 'big/p']) t.deepEqual(codes(teardown(theirs, { pool })), ['not-ours'], pool);
});

test('without root nothing is looked at', (t) => {
  t.deepEqual(codes(teardown({ ...pooled, isRoot: false })), ['not-root']);
});

test('of several pools one is to be named', (t) => {
  const two = vgs(volumeGroup('a', { logicalVolumes: [ours] }), volumeGroup('b', { logicalVolumes: [ours] }));
  const planned = teardown(two);
  t.deepEqual(codes(planned), ['ambiguous']);
  t.regex((planned.kind === 'refused' && planned.refusals[0]?.reason) || '', /a\/thinpool, b\/thinpool/);
  t.deepEqual(steps(teardown(two, { vg: 'b' })), ['lvremove:thinpool']);
  t.deepEqual(codes(teardown(two, { pool: 'thinpool' })), ['ambiguous']);
  t.deepEqual(steps(teardown(two, { loop: true })), []);
});

test('a pool of somebody else is refused when it is named, and not seen when it is not', (t) => {
  const theirs = vgs(volumeGroup('a', { logicalVolumes: [thinPool('p', 1n, 1n), thinPool('q', 1n, 1n)] }));
  t.deepEqual(codes(teardown(theirs, { vg: 'a' })), ['not-ours']);
  t.deepEqual(codes(teardown(theirs, { vg: 'a', pool: 'p' })), ['not-ours']);
  t.deepEqual(steps(teardown(theirs, { vg: 'a', pool: 'r' })), []);
  t.deepEqual(steps(teardown(theirs)), []);
});

const record = ready(planSetup(blank, wish())).owns;

test('what took the place of a recorded pool and does not carry the tag is not removed', (t) => {
  for (const lv of [thinPool('thinpool', 1n, 1n), logicalVolume('thinpool', 1n)]) {
    const replaced = { ...vgs(volumeGroup('docker', { logicalVolumes: [lv] })), ownership: [record] };
    t.deepEqual(codes(teardown(replaced)), ['not-ours']);
  }
});

test('a pool that somebody uses is refused, with each user of it', (t) => {
  const volume = logicalVolume('home', 10n, { kind: 'thin', poolLv: 'thinpool' });
  const thinDevices = [{ name: 'docker-8:1-base', poolName: 'docker-thinpool' }];
  const host = { ...vgs(volumeGroup('docker', { logicalVolumes: [ours, volume] })), thinDevices };
  const planned = teardown(host);
  t.deepEqual(codes(planned), ['in-use', 'in-use']);
  const told = planned.kind === 'refused' ? planned.refusals.map(({ reason }) => reason) : [];
  t.deepEqual(told, ['thin volume home lives in it', 'device docker-8:1-base is active on it']);
});

test('a VG that holds something else stays, and so does one that was there before', (t) => {
  const with2 = {
    ...pooled,
    volumeGroups: pooled.volumeGroups.map((vg) => ({
      ...vg,
      logicalVolumes: [...vg.logicalVolumes, logicalVolume('theirs', 1n)],
    })),
  };
  t.deepEqual(steps(teardown(with2)), ['lvremove:thinpool', 'profile']);
  const free = vgs(volumeGroup('system', { freeExtents: extents(1000) }));
  const inFree = carryOut(free, ready(planSetup(free, freeSpaceWish())));
  t.deepEqual(steps(teardown(inFree)), ['lvremove:thinpool', 'profile']);
  assertSame(carryOut(inFree, teardownPlan(inFree)), free, 'as before');
});

test('a profile that somebody else wrote stays', (t) => {
  const path = record.pool?.profilePath as string;
  const edited = perform(pooled, { kind: 'write-file', path, content: '# mine\n', mode: 0o644 });
  t.false(steps(teardown(edited)).includes('profile'));
});

test('LVs of a setup that was cut off go with their VG', (t) => {
  const lvs = [
    logicalVolume('thinpool', 1n, { tags: ['dmtool'] }),
    logicalVolume('thinpoolmeta', 1n, { tags: ['dmtool'] }),
  ];
  const cut = { ...vgs(volumeGroup('docker', { tags: ['dmtool'], logicalVolumes: lvs })), ownership: [record] };
  t.deepEqual(steps(teardown(cut)).slice(0, 3), ['lvremove:thinpool', 'lvremove:thinpoolmeta', 'vgremove']);
});

test('another pool of ours that is called like the metadata of this one stays', (t) => {
  const meta = thinPool('thinpoolmeta', 100n, 2n, { tags: ['dmtool'] });
  const two = vgs(volumeGroup('docker', { tags: ['dmtool'], logicalVolumes: [ours, meta] }));
  t.deepEqual(steps(teardown(two, { pool: 'thinpool' })), ['lvremove:thinpool']);
});

test('the record of a setup that was killed before its first change is closed with a look', (t) => {
  const killed = { ...blank, ownership: [record] };
  t.deepEqual(steps(teardown(killed)), ['look']);
  const after = carryOut(killed, ready(teardown(killed)));
  t.deepEqual(after.ownership, []);
  t.deepEqual(steps(teardown(after)), []);
});

const recipe = { on: 'disk', carryVolumes: true, storageOptions: [] } as const;
const situation = situate({ ...recipe, scene: { tree: usedTree() } });
const installed = carryOut(situation.host, setupPlan(situation));

test('the way back of Docker is told before it is agreed to', (t) => {
  const plan = ready(teardown(installed));
  t.deepEqual(plan.notes[0]?.lines, [
    'its data come back from /var/lib/docker.bk',
    "storage driver: Docker's own choice",
    'started again: web',
  ]);
  t.is(plan.endings.done, 'Docker is as it was before, and thin pool docker/thinpool is gone.');
  const loss = plan.steps.find(({ id }) => id === 'remove-data')?.destroys;
  t.is(loss, 'what Docker holds on the pool: no containers, images or volumes');
});

test('what Docker holds on the pool is told by name', (t) => {
  const docker = { ...installed.docker, containers: [container('new')] } as NonNullable<Host['docker']>;
  const dataRoot = { ...docker.dataRoot, images: ['a:1'], volumes: ['v'] };
  const plan = ready(teardown({ ...installed, docker: { ...docker, dataRoot } }));
  t.is(plan.notes[0]?.lines[0], 'containers that stop for good: new');
  // The volumes were taken over: they go back.
  const loss = plan.steps.find(({ id }) => id === 'remove-data')?.destroys;
  t.is(loss, 'what Docker holds on the pool: containers new; images a:1');
});

test('a driver that daemon.json named is told, and a Docker that was stopped stays so', (t) => {
  const off = situate({ ...recipe, scene: { config: '{"storage-driver":"overlay2"}', up: 'stopped' } });
  const plan = ready(teardown(carryOut(off.host, setupPlan(off))));
  t.deepEqual(plan.notes[0]?.lines, [
    'it had no data before, or they were cleaned up',
    'storage driver: overlay2',
    'it stays stopped, as it was',
  ]);
});

test('where Docker can not be brought back nothing is begun; being too new is no reason', (t) => {
  t.deepEqual(codes(teardown({ ...installed, docker: null })), ['missing-program']);
  const docker = installed.docker as NonNullable<Host['docker']>;
  const config = { ...docker.config, content: '{' };
  t.deepEqual(codes(teardown({ ...installed, docker: { ...docker, config } })), ['config-malformed']);
  t.deepEqual(codes(teardown({ ...installed, docker: { ...docker, version: '26.0' } })), []);
});

test('loop-lvm is taken back by its own name, and the copy of daemon.json with it', (t) => {
  const host = withDocker(blankHost([]), { tree: usedTree(), config: '{}\n' });
  const sizes = { dataSizeBytes: bytes(100n * GIB), metadataSizeBytes: bytes(2n * GIB) };
  const looped = carryOut(host, ready(planLoopSetup(host, sizes, dockerWish())));
  const plan = ready(teardown(looped, { loop: true }));
  t.is(plan.subject, 'Loop-lvm is taken back');
  t.true(plan.steps.some(({ id }) => id === 'config-copy'));
  t.deepEqual(codes(teardown({ ...looped, installed: [...looped.installed, record] })), ['ambiguous']);
  t.false(plan.steps.some(({ id }) => id === 'release-pool'));
});

test('names are told as they are written', (t) => {
  const host = {
    ...installed,
    installed: [{ ...record, name: 'Big/Pool', docker: installed.installed[0]?.docker ?? null }],
  };
  const { subject, endings } = ready(teardown({ ...host, volumeGroups: [] }));
  t.is(subject, 'Thin pool Big/Pool is taken back');
  t.is(endings.done, 'Docker is as it was before, and thin pool Big/Pool is not there: LVM has no VG docker.');
});
