import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { RawPartFacts } from '../../src/model/raw-pool.ts';
import { filesPool, planFilesPool } from '../../src/plan/files-pool.ts';
import { planFilesWithContainerd } from '../../src/plan/setup-containerd.ts';
import type { Plan, Planned } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import { shellAction } from '../../src/report/script.ts';
import { formatRawPools, RAW_POOLS_PATH } from '../../src/tools/raw-pools.ts';
import { bytes, GIB, MIB } from '../../src/units/quantity.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { onFiles, rebooted } from './activation-hosts.ts';
import { addContainerd, containerdWish } from './containerd-hosts.ts';
import { containerdScenes } from './containerd-situations.ts';
import {
  assertClosed,
  assertSame,
  carryOut,
  cutOff,
  PROFILE_HEAD,
  ready,
  runs,
  teardownPlan,
  walk,
} from './docker-runs.ts';
import { blankHost, kernelPool } from './hosts.ts';
import { perform } from './simulate.ts';
import { unpack } from './simulated/containerd.ts';

const sizes = { dataSizeBytes: bytes(4n * GIB), metadataSizeBytes: bytes(16n * MIB) };
const pool = filesPool(sizes);
const ABSENT: RawPartFacts = { sizeBytes: null, device: null, beginsAsMetadata: false, freeBytes: bytes(8n * GIB) };

/** Nothing of the pool is there yet; other pools may be written down. */
function before(base: Host = rebooted([])): Host {
  const { activation } = base;
  assert.ok(activation);
  const parts = [...activation.parts, { name: pool.name, data: ABSENT, metadata: ABSENT }];
  const files = [{ path: RAW_POOLS_PATH, content: base.rawPools.length > 0 ? formatRawPools(base.rawPools) : null }];
  return { ...base, files, activation: { ...activation, parts } };
}

const plan = (host: Host, wanted = sizes): Plan => ready(planFilesWithContainerd(host, wanted, containerdWish()));
const host = addContainerd(before());
const made = plan(host);
const installed = carryOut(host, made);

const refusals = (planned: Planned): string[] =>
  planned.kind === 'refused' ? planned.refusals.map(({ code, subject }) => `${code}: ${subject}`) : [];
const refusalsOf = (on: Host, wanted = sizes): string[] =>
  refusals(planFilesWithContainerd(on, wanted, containerdWish()));

test('two sparse files get loop devices and a table, which is written down before containerd comes to it', (t) => {
  t.deepEqual(
    made.steps.slice(0, 8).map((step) => shellAction(step.do).split('\n')[0]),
    [
      'mkdir -p -- /var/lib/dmtool/containerd-files',
      'truncate --no-create --size=4294967296 -- /var/lib/dmtool/containerd-files/data',
      'mkdir -p -- /var/lib/dmtool/containerd-files',
      'truncate --no-create --size=16777216 -- /var/lib/dmtool/containerd-files/metadata',
      'losetup -- /dev/loop3 /var/lib/dmtool/containerd-files/data',
      'losetup -- /dev/loop4 /var/lib/dmtool/containerd-files/metadata',
      "dmsetup create --table '0 8388608 thin-pool /dev/loop4 /dev/loop3 128 6553 1 skip_block_zeroing' -- containerd-files",
      'mkdir -p -- /var/lib/dmtool',
    ],
  );
  t.deepEqual(made.undoCommand, ['dmtool', 'teardown', '--loop']);
  t.regex(made.warnings.join(), /for testing only/);
  t.true(made.notes[0]?.lines.includes('discard_blocks = true'));
  t.deepEqual(plan(installed).steps, []);
  t.regex(plan(installed).endings.nothingToDo, /runs on thin pool containerd-files as wanted/);
});

const onEach = (check: (host: Host) => void | Promise<void>) =>
  fc.asyncProperty(containerdScenes, fc.boolean(), async (scene, hasOthers) =>
    check(addContainerd(before(hasOthers ? rebooted([onFiles]) : undefined), scene)),
  );

test('a run that was cut off after any step is gone on with, or taken back', async (t) => {
  await fc.assert(
    onEach((start) => {
      const first = plan(start);
      const end = carryOut(start, first);
      walk(start, first.steps).forEach((now, done) => {
        const what = `cut after ${first.steps[done - 1]?.id}`;
        const cut = cutOff(now, first);
        const on = carryOut(cut, plan(cut));
        assertSame(on, end, `on, ${what}`);
        assertClosed(on, what);
        const back = carryOut(cut, teardownPlan(cut));
        assertSame(back, start, `back, ${what}`);
        assertClosed(back, what);
      });
    }),
    runs(40),
  );
  t.pass();
});

test('teardown gives the host back, and goes on after any cut; and so does the way back, typed in order', async (t) => {
  await fc.assert(
    onEach((start) => {
      const first = plan(start);
      const end = carryOut(start, first);
      const used = unpack(end, { namespace: 'default', key: 'layer', isActive: false });
      const back = teardownPlan(used);
      for (const now of walk(used, back.steps)) {
        const cut = cutOff(now, back);
        assertSame(carryOut(cut, teardownPlan(cut)), start, 'cut teardown');
      }
      assertSame(first.wayBack.reduce(perform, end), start, 'typed back');
    }),
    runs(40),
  );
  t.pass();
});

test('wherever setup fails the host is as before', async (t) => {
  await fc.assert(
    onEach(async (start) => failEverywhere(start, plan(start))),
    runs(30),
  );
  t.pass();
});

/** After a reboot: nothing is attached, and no pool runs. */
const asleep = (from: Host): Host => {
  const off = { ...from, thinPools: [], installed: [...from.installed] };
  const { activation } = off;
  assert.ok(activation);
  const loose = (part: RawPartFacts) => ({ ...part, device: null });
  const parts = activation.parts.map(({ name, data, metadata }) => ({
    ...{ name, data: loose(data), metadata: loose(metadata) },
  }));
  return { ...off, activation: { ...activation, parts } };
};

test('a finished pool that does not run is made again, and not undone with what comes after it', (t) => {
  const again = plan(asleep(installed));
  t.deepEqual(
    again.steps.slice(0, 3).map(({ id, final }) => [id, final]),
    ['attach:data', 'attach:metadata', 'create'].map((id) => [`${id}:containerd-files`, undefined]),
  );
  const cut = installed.activation?.parts.map((each) => ({
    ...each,
    metadata: { ...each.metadata, beginsAsMetadata: false },
  }));
  const blank = asleep({ ...installed, activation: { ...installed.activation, parts: cut } as Host['activation'] });
  t.deepEqual(refusalsOf(blank), ['metadata-foreign: /var/lib/dmtool/containerd-files/metadata']);
});

test('what was written down of a pool that runs is written again where it is lost', (t) => {
  const lost = {
    ...installed,
    rawPools: [],
    files: installed.files.filter(({ path }) => !path.endsWith('raw-pools.json')),
  };
  t.deepEqual(
    plan(lost).steps.map(({ id }) => id),
    ['record'],
  );
});

test('where nothing tells any more how a finished pool was made, its files do', (t) => {
  const off = asleep(installed);
  const files = off.files.filter(({ path }) => path !== RAW_POOLS_PATH);
  const again = plan({ ...off, rawPools: [], files });
  t.deepEqual(
    again.steps.slice(0, 4).map(({ id }) => id.split(':')[0]),
    ['attach', 'attach', 'create', 'record'],
  );
});

test('a larger size is resize’s work, and a pool that is not in health is not built on', (t) => {
  t.deepEqual(refusalsOf(installed, { ...sizes, dataSizeBytes: bytes(5n * GIB) }), ['pool-differs: containerd-files']);
  t.deepEqual(
    plan(installed, { ...sizes, dataSizeBytes: bytes(3n * GIB) }).steps.map(({ id }) => id),
    ['boot-unit', 'boot-reload'],
  );
  const sick = { ...installed, thinPools: installed.thinPools.map((each) => ({ ...each, suspended: true })) };
  t.deepEqual(refusalsOf(sick), ['pool-suspended: containerd-files']);
  const readOnly = installed.thinPools.map((each) => ({
    ...each,
    status: { ...each.status, mode: 'ro', needsCheck: true },
  }));
  t.deepEqual(refusalsOf({ ...installed, thinPools: readOnly as never }), ['needs-check: containerd-files']);
});

test('a pool of that name, or its files, that are somebody else’s are left alone', (t) => {
  const kernel = { ...host, thinPools: [kernelPool(pool.name)] };
  const whole = { ...ABSENT, sizeBytes: bytes(1n) };
  const files = {
    ...host,
    activation: { ...host.activation, parts: [{ name: pool.name, data: whole, metadata: ABSENT }] },
  } as Host;
  t.deepEqual(refusalsOf(kernel), ['not-ours: containerd-files']);
  t.deepEqual(refusalsOf(files), ['not-ours: /var/lib/dmtool/containerd-files']);
});

test('metadata are neither too small for the data nor larger than the kernel takes', (t) => {
  t.deepEqual(refusalsOf(host, { ...sizes, metadataSizeBytes: bytes(17n * GIB) }), [
    'metadata-too-large: /var/lib/dmtool/containerd-files',
  ]);
  const planned = planFilesPool(host, { dataSizeBytes: bytes(200n * GIB), metadataSizeBytes: bytes(16n * MIB) });
  t.deepEqual(planned.kind === 'refused' && planned.refusals.map(({ remedy }) => remedy), ['--metadata-size 150m']);
});

test('a promise that the filesystem can not keep is told', (t) => {
  t.is(plan(host, { ...sizes, dataSizeBytes: bytes(8n * GIB) }).warnings.length, 2);
  t.is(plan(host, { ...sizes, dataSizeBytes: bytes(7n * GIB) }).warnings.length, 1);
});

test('without root, without the kernel’s target, without containerd nothing is begun', (t) => {
  t.deepEqual(refusals(planFilesPool({ ...host, isRoot: false }, sizes)), ['not-root: user']);
  t.deepEqual(refusalsOf({ ...host, thinPoolTarget: false }), ['no-thin-pool-target: kernel']);
  t.deepEqual(refusalsOf({ ...host, programs: host.programs.filter((name) => name !== 'od') }), [
    'missing-program: od',
  ]);
  t.deepEqual(refusalsOf(before({ ...rebooted([]), programs: host.programs })), ['missing-program: containerd']);
});

test('teardown knows it by --loop and by its name, and leaves the records of others', (t) => {
  const others = addContainerd(before(rebooted([onFiles])));
  const both = carryOut(others, plan(others));
  const named = (intent: { pool: string | null; loop: boolean }) =>
    planTeardown(both, { vg: null, ...intent }, PROFILE_HEAD);
  for (const planned of [named({ pool: null, loop: true }), named({ pool: pool.name, loop: false })]) {
    const back = ready(planned);
    t.is(back.subject, 'Thin pool containerd-files is taken back');
    t.true(back.steps.some(({ destroys }) => destroys === 'thin pool containerd-files and all that is in it'));
    t.deepEqual(carryOut(both, back).rawPools, [onFiles]);
  }
  t.deepEqual(ready(named({ pool: 'other', loop: false })).steps, []);
  t.deepEqual(blankHost([]).rawPools, []);
});
