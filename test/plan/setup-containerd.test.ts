import test from 'ava';
import { type Condition, describeCondition, holds } from '../../src/plan/condition.ts';
import { addContainerd, withFacts } from './containerd-hosts.ts';
import { containerdPlan, DEBIAN_CONFIG, situateContainerd, situateStore, usualStore } from './containerd-situations.ts';
import { dockerFacts } from './docker-hosts.ts';
import { carryOut, cutOff, setupAgain, setupPlan } from './docker-runs.ts';
import { blankHost } from './hosts.ts';

const situation = situateContainerd({ on: 'disk', scene: { config: DEBIAN_CONFIG }, wish: {} });
const plan = containerdPlan(situation.host, situation);

test('the pool is made first, then containerd is configured, and restarted once its settings are read back', (t) => {
  t.deepEqual(plan.steps.map(({ id }) => id).slice(9), [
    ...['boot-unit', 'boot-order:containerd.service', 'boot-reload', 'keep-config-toml', 'config-toml'],
    ...['check-config-toml', 'restart-containerd', 'await-snapshotter'],
  ]);
  t.regex(plan.subject, /, and containerd 1\.7\.24~ds1 on it$/);
  t.deepEqual(plan.undoCommand, ['dmtool', 'teardown', '--vg', 'docker', '--pool', 'thinpool']);
  t.deepEqual(plan.notes[0]?.lines.slice(0, 3), [
    'root_path = "/var/lib/containerd/devmapper"',
    'pool_name = "docker-thinpool"',
    'base_image_size = "10GB"',
  ]);
  t.regex(plan.notes[0]?.heading ?? '', /comments and other settings stay$/);
});

test('one that does not run is started, on a new file', (t) => {
  const off = situateContainerd({ on: 'disk', scene: { up: 'stopped' }, wish: {} });
  const made = containerdPlan(off.host, off);
  t.is(made.steps.find(({ id }) => id === 'restart-containerd')?.title, 'Start containerd; containers run on');
  t.regex(made.notes[0]?.heading ?? '', /a new file$/);
});

test('killed after its last step a run only looks', (t) => {
  const cut = cutOff(carryOut(situation.host, plan), plan);
  const rest = containerdPlan(cut, situation);
  t.deepEqual(
    rest.steps.filter(({ onlyIfNeeded }) => !onlyIfNeeded).map(({ id }) => id),
    ['look'],
  );
});

test('with Docker 26 both engines wait for the pool, and containerd has it before Docker starts', (t) => {
  const store = situateStore(usualStore());
  const { steps, subject, notes } = setupPlan(store);
  const ids = steps.map(({ id }) => id);
  t.true(ids.indexOf('await-snapshotter') < ids.indexOf('stop-docker'));
  t.true(ids.includes('boot-order:containerd.service') && ids.includes('boot-order:docker.service'));
  t.regex(subject, /Docker 26\.1\.5\+dfsg1 on it, through containerd 1\.7\.24~ds1$/);
  t.true(notes.flatMap(({ lines }) => lines).includes('features containerd-snapshotter true'));
});

test('where containerd came up before its pool it is restarted, and what Docker has stays where it is', (t) => {
  const store = situateStore(usualStore());
  const installed = carryOut(store.host, setupPlan(store));
  const late = withFacts(installed, { plugin: 'error' });
  t.deepEqual(
    setupAgain(late, store).steps.map(({ id }) => id),
    ['check-config-toml', 'restart-containerd', 'await-snapshotter'],
  );
});

test('where there is no containerd nothing is said of it', (t) => {
  const conditions: Condition[] = [
    { is: 'service-waits-for', service: 'containerd.service', unit: 'x' },
    { is: 'containerd-runs' },
    { is: 'containerd-failed' },
    { is: 'containerd-config', path: '/c', settings: {}, others: '' },
    { is: 'snapshotter', state: null },
    { is: 'snapshotter-root', path: '/r' },
    { is: 'no-snapshots-in', namespace: 'moby' },
    { is: 'no-images-of-docker' },
  ];
  for (const condition of conditions) t.false(holds(condition, blankHost([])), condition.is);
});

test('containerd runs while it is up or on its way, fails, has settings, a directory, and contents', (t) => {
  const host = addContainerd(blankHost([]), { config: 'oom_score = 1\n' });
  const state = (each: 'running' | 'starting' | 'failed') =>
    withFacts(host, { service: { name: 'containerd.service', state: each } });
  t.deepEqual(
    (['running', 'starting', 'failed'] as const).map((each) => [
      holds({ is: 'containerd-runs' }, state(each)),
      holds({ is: 'containerd-failed' }, state(each)),
    ]),
    [
      [true, false],
      [true, false],
      [false, true],
    ],
  );
  t.false(holds({ is: 'containerd-runs' }, withFacts(host, { service: null })));
  const others = host.containerd?.effective?.others ?? '';
  const config = (settings: Record<string, string>, fingerprint = others): Condition => ({
    ...{ is: 'containerd-config', path: '/c', settings, others: fingerprint },
  });
  t.true(holds(config({ pool_name: '' }), host));
  t.false(holds(config({ pool_name: 'x' }), host));
  t.false(holds(config({}, 'else'), host));
  t.false(holds(config({}), withFacts(host, { effective: null })));
  t.notRegex(describeCondition(config({}, 'fingerprint')), /fingerprint/);
  const moby = withFacts(host, { snapshots: [{ namespace: 'moby', key: 'k', isActive: true }], dockersImages: ['i'] });
  t.false(holds({ is: 'no-snapshots-in', namespace: 'moby' }, moby));
  t.true(holds({ is: 'no-snapshots-in', namespace: 'default' }, moby));
  t.false(holds({ is: 'no-images-of-docker' }, moby));
  t.true(holds({ is: 'no-images-of-docker' }, host));
});

test('each engine waits for its own units', (t) => {
  const waits = (service: string): Condition => ({ is: 'service-waits-for', service, unit: 'u' });
  const host = { ...addContainerd(blankHost([])), docker: dockerFacts({ startsAfter: ['u'] }) };
  t.true(holds(waits('docker.service'), host));
  t.false(holds(waits('containerd.service'), host));
  t.true(holds(waits('containerd.service'), withFacts(host, { startsAfter: ['u'] })));
  t.false(holds(waits('docker.service'), { ...host, docker: dockerFacts({ startsAfter: null }) }));
  t.false(holds(waits('other.service'), host));
});
