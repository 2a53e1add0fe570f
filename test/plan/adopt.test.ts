import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import { planAdopt } from '../../src/plan/adopt.ts';
import type { Plan } from '../../src/plan/step.ts';
import { shellAction } from '../../src/report/script.ts';
import { extents } from '../../src/units/quantity.ts';
import { type AdoptionScene, otherGroup, typedHost, typedProfile } from './adoption-hosts.ts';
import { dockerFacts } from './docker-hosts.ts';
import { assertSame, carryOut, cutOff, ready, walk } from './docker-runs.ts';
import { loopHost, lvmHost } from './growing-hosts.ts';
import { blankHost, kernelPool, logicalVolume, PROFILE_TEMPLATE, thinPool } from './hosts.ts';
import { perform } from './simulate.ts';

const adopt = (host: Host, pool: string | null = null) => planAdopt(host, { pool, profileTemplate: PROFILE_TEMPLATE });
const plan = (host: Host, pool: string | null = null): Plan => ready(adopt(host, pool));
const commands = ({ steps }: Plan): string[] => steps.map((step) => shellAction(step.do).split('\n')[0] as string);
const ids = (host: Host): string[] => plan(host).steps.map(({ id }) => id.replace(/:.*/, ''));
const codes = (host: Host, pool: string | null = null): string[] => {
  const planned = adopt(host, pool);
  return planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
};
const madeBy = (host: Host): string => plan(host).notes[0]?.lines[0]?.replace(/^made by +/, '') ?? '';

test('a pool that was typed gets a profile that can run, both tags, dmeventd and its mark, and no file is written over', (t) => {
  const typed = plan(typedHost());
  t.deepEqual(commands(typed).slice(1), [
    'lvchange --metadataprofile dmtool-docker-thinpool --addtag dmtool --addtag dmtool_adopted -- docker/thinpool',
    'lvchange --monitor y -- docker/thinpool',
    'lvchange --refresh -- docker/thinpool',
  ]);
  t.deepEqual(
    typed.steps.slice(0, 2).map(({ title }) => title),
    [
      'Write /etc/lvm/profile/dmtool-docker-thinpool.profile: at 80 %, steps of 3 %',
      'Attach profile dmtool-docker-thinpool to docker/thinpool, and mark it as adopted',
    ],
  );
  t.deepEqual(typed.notes[0]?.lines, [
    "made by   the documents' commands, as its names tell",
    'profile   /etc/lvm/profile/dmtool-docker-thinpool.profile, because the step of profile docker-thinpool, 20 %, is 760 MiB, and VG docker has 120 MiB free',
    'growth    at 80 % LVM adds 3 %: it can once, by 116 MiB in all',
  ]);
  t.deepEqual(typed.warnings, []);
  t.regex(typed.subject, /comes into/);
  t.deepEqual(typed.wayBack.map(shellAction), [
    'lvchange --refresh --config activation/thin_pool_autoextend_threshold=100 -- docker/thinpool',
    'lvchange --monitor n -- docker/thinpool',
    'lvchange --metadataprofile docker-thinpool --deltag dmtool --deltag dmtool_adopted -- docker/thinpool',
    'rm -- /etc/lvm/profile/dmtool-docker-thinpool.profile',
  ]);
});

const scenes: fc.Arbitrary<AdoptionScene> = fc.record({
  pool: fc.record({
    tags: fc.constantFrom([], ['theirs'], ['dmtool'], ['dmtool', 'dmtool_adopted']),
    monitor: fc.constantFrom('monitored', 'not monitored'),
    profile: fc.constantFrom(null, 'docker-thinpool', 'gone'),
  }),
  vg: fc.record({ freeExtents: fc.constantFrom(0n, 5n, 30n, 400n).map(extents) }),
  table: fc.record({ lowWaterMarkBlocks: fc.constantFrom(0n, 1520n, 2280n) }),
  profile: fc.constantFrom(
    null,
    'activation {\n}\n',
    ...[0, 3, 20].map((step) => typedProfile(75, step)),
    typedProfile(100, 20),
    ...[0, 3, 20].map((step) => `# Written by a test\n${typedProfile(70, step)}`),
    `# Written by a test\n${typedProfile(100, 20)}`,
  ),
});

test('what was adopted is as wanted, and so it is wherever a run was cut off; undone, it is as before', (t) => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const host = typedHost(scene);
      const first = plan(host);
      const end = carryOut(host, first);
      assert.deepEqual(plan(end).steps, []);
      walk(host, first.steps).forEach((seen, done) => {
        const cut = cutOff(seen, first);
        const next = plan(cut);
        assert.ok(next.steps.length > 0);
        assertSame(carryOut(cut, next), end, `cut off after ${done}`);
        const back = first.steps
          .slice(0, done)
          .toReversed()
          .flatMap(({ undo }) => undo);
        assertSame(
          back.reduce((now, each) => perform(now, each.do), seen),
          host,
          `undone after ${done}`,
        );
      });
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
  t.pass();
});

test('a profile that can run stays, whoever wrote it; the tags alone are new', (t) => {
  const runs = typedHost({ profile: typedProfile(70, 2), pool: { monitor: 'monitored' } });
  t.deepEqual(commands(plan(runs)), [
    'lvchange --addtag dmtool --addtag dmtool_adopted -- docker/thinpool',
    'lvchange --refresh -- docker/thinpool',
  ]);
  t.is(plan(runs).notes[0]?.lines[1], 'profile   docker-thinpool stays as it is');
  t.is(plan(runs).steps[0]?.title, 'Mark docker/thinpool as adopted');
  const marked = (lowWaterMarkBlocks: bigint): Host =>
    typedHost({ profile: typedProfile(70, 2), pool: { monitor: 'monitored' }, table: { lowWaterMarkBlocks } });
  t.deepEqual(ids(marked(2280n)), ['adopt']);
  // With the mark of another threshold dmeventd would act too late or too early.
  t.deepEqual(ids(marked(1520n)), ['adopt', 'refresh']);
});

test('a pool that dmtool made is mended, and stays its own', (t) => {
  const made = lvmHost();
  t.deepEqual(plan(made).steps, []);
  t.is(madeBy(made), 'dmtool');
  const detached = typedHost({ pool: { tags: ['dmtool'], profile: null }, profile: null });
  t.regex(plan(detached).subject, /looked after again/);
  t.is(commands(plan(detached))[1], 'lvchange --metadataprofile docker-thinpool -- docker/thinpool');
  const parts = [thinPool('thinpool', 950n, 10n), logicalVolume('thinpool_tdata', 950n, { tags: ['dmtool'] })];
  const half = typedHost({ vg: { logicalVolumes: parts } });
  t.regex(commands(plan(half))[1] ?? '', /--addtag dmtool -- docker/);
  const attached = typedHost({
    vg: { logicalVolumes: parts.map((lv) => ({ ...lv, profile: 'docker-thinpool' })) },
    profile: typedProfile(80, 3),
  });
  t.is(plan(attached).steps[0]?.title, "Mark docker/thinpool as dmtool's");
});

test('an adoption that was killed after its last step is closed', (t) => {
  const host = typedHost({ profile: `# Written by a test\n${typedProfile(100, 20)}` });
  const first = plan(host);
  t.deepEqual(
    first.steps.map(({ id }) => id),
    ['adopt:docker/thinpool', 'monitor:docker/thinpool'],
  );
  t.regex(first.warnings[0] ?? '', /threshold of 100/);
  const done = cutOff(carryOut(host, first), first);
  t.deepEqual(
    plan(done).steps.map(({ id }) => id),
    ['look'],
  );
  t.deepEqual(carryOut(done, plan(done)).ownership, []);
});

test('who made a pool is told by its names and its profile', (t) => {
  const own = 'activation{\nthin_pool_autoextend_threshold=80\nthin_pool_autoextend_percent=20\n}';
  t.is(madeBy(typedHost({ profile: own })), "Docker's own direct-lvm, as its profile tells");
  t.regex(madeBy(typedHost({ profile: null })), /^the documents' commands/);
  const named = (name: string, profile: string | null = null): Host =>
    typedHost({
      vg: { logicalVolumes: [thinPool(name, 950n, 10n, { profile })] },
      host: {
        thinPools: [{ ...(typedHost().thinPools[0] ?? kernelPool('x')), name: `docker-${name.replaceAll('-', '--')}` }],
      },
    });
  t.regex(madeBy(named('docker-pool')), /^container-storage-setup/);
  t.regex(plan(named('docker-pool')).warnings[0] ?? '', /^container-storage-setup attaches its own profile again/);
  t.regex(madeBy(named('pool', 'docker--pool-extend')), /^container-storage-setup/);
  t.is(madeBy(named('pool')), 'somebody else');
});

test('Docker’s pool is meant, or the only one of LVM’s; of several one is to be named', (t) => {
  const others = otherGroup('others', thinPool('one', 9n, 1n), thinPool('two', 9n, 1n));
  const several = { ...typedHost(), volumeGroups: [...typedHost().volumeGroups, others] };
  t.deepEqual(codes(several), ['ambiguous']);
  t.deepEqual(codes(several, 'others/one'), ['pool-inactive']);
  t.is(plan(several, '/dev/docker/thinpool').owns.name, 'adoption of docker/thinpool');
  const content = '{"storage-opts": ["dm.directlvm_device=/dev/sdb"]}';
  const docker = dockerFacts({ config: { ...dockerFacts().config, content } });
  t.is(plan({ ...several, docker }).owns.name, 'adoption of docker/thinpool');
  const missing = { ...dockerFacts().config, content: '{"storage-opts": ["dm.thinpooldev=gone"]}' };
  t.deepEqual(codes({ ...several, docker: dockerFacts({ config: missing }) }), ['ambiguous']);
  t.deepEqual(codes(blankHost([])), ['pool-absent']);
});

test('nothing is adopted that can not be looked after', (t) => {
  t.deepEqual(codes(loopHost()), ['no-vg']);
  t.deepEqual(codes(typedHost({ status: { needsCheck: true } })), ['needs-check']);
  t.deepEqual(codes(typedHost({ status: { mode: 'ro' } })), ['read-only']);
  const full = adopt(typedHost({ status: { mode: 'out_of_data_space' } }));
  t.is(full.kind === 'refused' && full.refusals[0]?.remedy, 'dmtool resize --pool docker/thinpool');
  t.deepEqual(codes(typedHost({ status: { totalDataBlocks: 9n } })), ['pool-unhealthy']);
  t.deepEqual(codes(typedHost({ kernel: { status: { state: 'fail', text: 'Fail' } } })), ['pool-unhealthy']);
  t.deepEqual(codes(typedHost({ kernel: { suspended: true } })), ['pool-suspended']);
  t.deepEqual(codes(typedHost({ vg: { partial: true } })), ['vg-unusable']);
  t.deepEqual(codes(typedHost({ vg: { exported: true }, host: { thinPools: [] } })), ['vg-unusable']);
  t.deepEqual(codes(typedHost({ host: { isRoot: false } })), ['not-root']);
  const inactive = adopt(typedHost({ host: { thinPools: [] } }));
  t.is(inactive.kind === 'refused' && inactive.refusals[0]?.remedy, 'dmtool activate --pool docker/thinpool');
  const without = typedHost().programs.filter((name) => name !== 'dmeventd');
  t.deepEqual(codes(typedHost({ host: { programs: without } })), ['missing-program']);
});

test('a pool that holds thin volumes of LVM’s is adopted only by its name, and with a word', (t) => {
  const [vg] = typedHost().volumeGroups;
  const volume = logicalVolume('vm-100-disk-0', 9n, { kind: 'thin', poolLv: 'thinpool' });
  const theirs = typedHost({ vg: { logicalVolumes: [...(vg?.logicalVolumes ?? []), volume] } });
  t.deepEqual(codes(theirs), ['in-use']);
  const named = plan(theirs, 'docker/thinpool');
  t.regex(named.warnings[0] ?? '', /^Thin volumes of LVM's own live in docker\/thinpool \(vm-100-disk-0\)/);
  t.deepEqual(plan(carryOut(theirs, named)).steps, []);
});
