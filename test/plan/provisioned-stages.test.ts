import assert from 'node:assert/strict';
import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { holds } from '../../src/plan/condition.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import type { Step } from '../../src/plan/step.ts';
import { GIB } from '../../src/units/quantity.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { CONFIG_PATH, dockerWish, usedTree } from './docker-hosts.ts';
import { assertClosed, assertSame, carryOut, cutOff, PROFILE_HEAD, teardownPlan } from './docker-runs.ts';
import { disk, PROFILE_PATH, wish } from './hosts.ts';
import { planOn, provisionHost, provisionPlan } from './provisioned-hosts.ts';
import { perform, play } from './simulate.ts';
import { observe, type World, withTree } from './simulated/docker-disk.ts';
import { ownSetupCommands } from './simulated/own-setup.ts';

const setup = { device: '/dev/sdb', dataPercent: 95, metadataPercent: 1, thresholdPercent: 80, stepPercent: 3 };
const host = provisionHost({ tree: usedTree() });
const plan = provisionPlan(host);
const ids = (steps: readonly Step[]): string[] => steps.map(({ id }) => id);
const upTo = (id: string): Step[] =>
  plan.steps.slice(
    0,
    plan.steps.findIndex((each) => each.id === id),
  );

/** Docker came so far with its commands, and gave up. */
const halfDone = (count: number): Host => {
  const ready = play(host, upTo('start-docker')) as World;
  const done = ownSetupCommands(setup)
    .slice(0, count)
    .reduce((now, command) => command(now) as World, ready);
  const begun = withTree(done, '/var/lib/docker', { containers: [], devicemapper: { poolName: '' } });
  const services = begun.docker.services.map((each) => ({ ...each, state: 'failed' as const }));
  return observe({ ...begun, docker: { ...begun.docker, services }, isMountedOver: true });
};
const counts = ownSetupCommands(setup).map((_, index) => index + 1);

test('the steps: Docker as on any other road, then what it leaves undone', (t) => {
  t.deepEqual(ids(plan.steps), [
    ...['stop-docker', 'release-root', 'quiet-root', 'set-aside', 'daemon-json', 'start-docker', 'await-docker'],
    ...[
      'settle',
      'mark-vg',
      'mark-pool',
      'monitor',
      'refresh',
      'boot-unit',
      'boot-order:docker.service',
      'boot-reload',
    ],
  ]);
  // A run that goes on with another does not know whether that one came so far.
  const after = cutOff(carryOut(host, plan), plan);
  t.deepEqual(ids(provisionPlan(after).steps), ['await-docker', 'settle']);
  const isProfile = ({ path }: { path: string }): boolean => path.endsWith('.profile');
  const content = after.files.find(isProfile)?.content;
  for (const left of [null, '']) {
    const files = after.files.map((file) => (isProfile(file) ? { ...file, content: left } : file));
    const { steps } = provisionPlan({ ...after, files });
    t.deepEqual(ids(steps), ['profile', 'await-docker', 'settle']);
    t.like(steps[0]?.do, { kind: 'write-file', content });
    const [back] = steps[0]?.undo ?? [];
    t.like(back?.when, { is: 'file-is', content });
    t.like(back?.do, left === null ? { kind: 'remove-file' } : { kind: 'write-file', content: left });
  }
  t.deepEqual(ids(provisionPlan(carryOut(host, plan)).steps), []);
  const start = plan.steps.find(({ id }) => id === 'start-docker');
  t.is(start?.destroys, '/dev/sdb (10 GiB) becomes an LVM physical volume');
  t.like(plan.summary, {
    vgSizeBytes: 2559n * 4n * 1024n * 1024n,
    autoextend: { thresholdPercent: 80, stepPercent: 3 },
  });
  t.deepEqual(plan.summary?.autoextend.times, 1);
});

test('a threshold of 100 leaves the low water mark alone, and the way back is the whole one', (t) => {
  t.false(ids(provisionPlan(host, { autoextendThreshold: 100 }).steps).includes('refresh'));
  const after = plan.wayBack.reduce(perform, carryOut(host, plan));
  t.deepEqual(after.volumeGroups, []);
  t.true(holds({ is: 'device-blank', device: '/dev/sdb' }, after));
});

test('wherever Docker gave up, it is all taken away when the run that had it begin is undone', (t) => {
  const start = plan.steps.find(({ id }) => id === 'start-docker') as Step;
  for (const count of counts) {
    let now = halfDone(count);
    for (const undo of plan.steps
      .slice(0, plan.steps.indexOf(start) + 1)
      .toReversed()
      .flatMap((each) => each.undo)) {
      if (holds(undo.when, now)) now = perform(now, undo.do);
    }
    assertSame(now, host, `after ${count} commands`);
  }
  t.pass();
});

test('wherever Docker gave up and dmtool was killed, the next run begins anew, or teardown takes it all back', (t) => {
  const installed = carryOut(host, plan);
  for (const count of counts) {
    const cut = cutOff(halfDone(count), plan);
    const again = provisionPlan(cut);
    t.true(ids(again.steps).includes('driver-data'));
    const after = carryOut(cut, again);
    assertSame(after, installed, `on, after ${count} commands`);
    assertClosed(after, 'on');
    assertSame(carryOut(cut, teardownPlan(cut)), host, `back, after ${count} commands`);
  }
});

test('a run that begins anew and fails leaves the record of the one before it', async (t) => {
  const cut = cutOff(halfDone(5), plan);
  const nothing = (after: Host): void => assert.deepEqual(after.volumeGroups, []);
  const steps = provisionPlan(cut).steps.filter(({ id }) => id === 'await-docker' || id === 'mark-pool');
  await failEverywhere(cut, provisionPlan(cut), steps, nothing);
  t.pass();
});

test('what was done by a pool that is gone again is cleared before Docker begins anew', (t) => {
  const done = carryOut(host, plan) as World;
  // The run that went on after a cut took the pool back, and left the data root to the next.
  const gone = cutOff(
    observe({
      ...(perform(perform(done, { kind: 'service', verb: 'stop', manager: 'systemd', names: ['docker.service'] }), {
        kind: 'release-pool',
        poolName: 'docker-thinpool',
      }) as World),
      volumeGroups: [],
      physicalVolumes: [],
      thinPools: [],
      devices: host.devices,
    }),
    plan,
  );
  t.deepEqual(carryOut(gone, provisionPlan(gone)).volumeGroups.length, 1);
});

test('a finished pool lacks only what was lost since', (t) => {
  const done = carryOut(host, plan) as World;
  const vg = done.volumeGroups[0];
  const change = (facts: object): Host => ({
    ...done,
    volumeGroups: done.volumeGroups.map((each) => ({
      ...each,
      logicalVolumes: each.logicalVolumes.map((lv) => (lv.kind === 'thin-pool' ? { ...lv, ...facts } : lv)),
    })),
  });
  t.deepEqual(ids(provisionPlan(change({ monitor: 'not monitored' })).steps), ['monitor']);
  t.is(ids(provisionPlan(change({ active: false })).steps)[0], 'activate');
  const stopped = provisionPlan(
    perform(done, { kind: 'service', verb: 'stop', manager: 'systemd', names: ['docker.service'] }),
  );
  t.deepEqual(ids(stopped.steps).slice(-2), ['start-docker', 'await-docker']);
  t.is(stopped.steps.find(({ id }) => id === 'start-docker')?.destroys, null);
  t.is(vg?.tags.join(), 'dmtool');
  // A profile that took the place of Docker's stays.
  const path = PROFILE_PATH.replace('docker-thinpool', 'own');
  const content = 'thin_pool_autoextend_threshold=70\nthin_pool_autoextend_percent=100\n';
  const other = { ...change({ profile: 'own' }), files: [...done.files, { path, content }] };
  t.deepEqual(provisionPlan(other).steps, []);
  t.regex(provisionPlan(other).warnings.join(), /a step of 100 % is .* A smaller --data-percent/);
  t.deepEqual(provisionPlan(change({ profile: null, metadataSizeBytes: null })).steps, []);
});

test('force stays in daemon.json where it stands, and goes with nothing', (t) => {
  const forced = carryOut(host, provisionPlan(host, { wipe: true }));
  t.regex(forced.docker?.config.content ?? '', /dm\.directlvm_device_force=true/);
  t.deepEqual(provisionPlan(forced).steps, []);
  t.deepEqual(provisionPlan(carryOut(host, plan), { wipe: true }).steps, []);
});

test('a disk that is not blank is wiped by dmtool, before Docker stops', (t) => {
  const signatures = [{ type: 'dos', offsetBytes: 510n, uuid: '', label: '' }] as never;
  const devices = host.devices.map((device) => ({ ...device, edges: 'data', partitions: ['/dev/sdb1'], signatures }));
  const written = { ...host, devices } as Host;
  t.is(planOn(written).kind, 'refused');
  const wiped = provisionPlan(written, { wipe: true });
  t.deepEqual(ids(wiped.steps).slice(0, 4), [
    'wipefs:/dev/sdb',
    'zero-start:/dev/sdb',
    'zero-end:/dev/sdb',
    'stop-docker',
  ]);
  t.is(carryOut(written, wiped).volumeGroups.length, 1);
});

test('what daemon.json has lost since comes back, and nothing is set aside for that', (t) => {
  const done = carryOut(host, plan) as World;
  const files = done.files.filter(({ path }) => path !== CONFIG_PATH);
  const lost = provisionPlan(observe({ ...done, files }));
  t.deepEqual(
    ids(lost.steps).filter((id) => id === 'set-aside' || id === 'daemon-json'),
    ['daemon-json'],
  );
});

test('where nobody can tell what auto-extension goes by, it is what Docker was told, or takes by itself', (t) => {
  const done = carryOut(host, plan);
  const blind = { ...done, files: done.files.filter(({ path }) => path !== PROFILE_PATH) };
  t.like(provisionPlan(blind).summary?.autoextend, { thresholdPercent: 80, stepPercent: 3 });
  const ownSetup = { ...setup, thresholdPercent: 0, stepPercent: 0 };
  const docker = done.docker && { ...done.docker, dataRoot: { ...done.docker.dataRoot, ownSetup } };
  t.like(provisionPlan({ ...blind, docker } as Host).summary?.autoextend, { thresholdPercent: 80, stepPercent: 20 });
});

test("teardown takes Docker's profile, and the one of dmtool's that took its place", (t) => {
  const done = carryOut(host, plan);
  const path = PROFILE_PATH.replace('docker-thinpool', 'dmtool-docker-thinpool');
  const volumeGroups = done.volumeGroups.map((vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) =>
      lv.kind === 'thin-pool' ? { ...lv, profile: 'dmtool-docker-thinpool' } : lv,
    ),
  }));
  const profiles = (content: string): string[] =>
    ids(teardownPlan({ ...done, volumeGroups, files: [...done.files, { path, content }] }).steps).filter((id) =>
      id.endsWith('profile'),
    );
  t.deepEqual(profiles(`${PROFILE_HEAD}\n`), ['profile', 'attached-profile']);
  t.deepEqual(profiles('of somebody else'), ['profile']);
});

test('without its flag such a pool is not taken for one of the other way', (t) => {
  const planned = planSetupWithDocker(carryOut(host, plan), wish(), dockerWish());
  const [refusal] = planned.kind === 'refused' ? planned.refusals : [];
  t.like(refusal, { code: 'pool-used', reason: 'Docker has made this pool by itself, of /dev/sdb' });
  t.regex(refusal?.remedy ?? '', /^say --provisioner docker/);
});

test('a data root of such a pool is not set aside for another one', (t) => {
  const done = carryOut(host, plan) as World;
  const names = done.docker.services.map(({ name }) => name);
  const stopped = perform(done, { kind: 'service', verb: 'stop', manager: 'systemd', names });
  const devices = [disk('/dev/sdc', 10n * GIB)];
  const planned = planSetupWithDocker({ ...stopped, devices }, wish({ vg: 'other' }), dockerWish());
  t.deepEqual(planned.kind === 'refused' && planned.refusals.map(({ code }) => code), ['data-root-foreign']);
});
