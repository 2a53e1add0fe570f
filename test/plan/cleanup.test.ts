import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { planCleanup } from '../../src/plan/cleanup.ts';
import { GIB } from '../../src/units/quantity.ts';
import { usedTree } from './docker-hosts.ts';
import { carryOut, ready, setupPlan } from './docker-runs.ts';
import { situate } from './docker-situations.ts';
import { blankHost, disk } from './hosts.ts';

const situation = situate({ on: 'disk', scene: { tree: usedTree() }, carryVolumes: false, storageOptions: [] });
const installed = carryOut(situation.host, setupPlan(situation));
const docker = installed.docker as NonNullable<Host['docker']>;
const steps = (host: Host): string[] => ready(planCleanup(host)).steps.map(({ id }) => id);
const withBackups = (...paths: readonly string[]): Host => {
  const backups = paths.map((path) => ({ path, hasVolumes: true, uses: [] }));
  return { ...installed, docker: { ...docker, dataRoot: { ...docker.dataRoot, backups } } };
};

test('what was set aside is renamed, and then removed for good', (t) => {
  const plan = ready(planCleanup(installed));
  t.deepEqual(steps(installed), ['rename:/var/lib/docker.bk', 'remove:/var/lib/docker.bk']);
  t.deepEqual(
    plan.steps.map(({ final }) => final === 'begun'),
    [false, true],
  );
  t.regex(plan.steps[1]?.destroys ?? '', /teardown can't bring them back/);
  t.is(plan.record, 'keep');
});

test('one that a cut-off cleanup has renamed is removed, and copies of others stay', (t) => {
  t.deepEqual(steps(withBackups('/var/lib/docker.bk.removing')), ['remove:/var/lib/docker.bk']);
  t.deepEqual(steps(withBackups('/var/lib/docker.bk.1')), []);
});

test('where nothing lies aside nothing is done', (t) => {
  t.deepEqual(steps(blankHost([disk('/dev/sdb', GIB)])), []);
  t.deepEqual(steps({ ...installed, docker: null }), []);
  const [record] = installed.installed;
  const without = { ...record, docker: null } as NonNullable<typeof record>;
  t.deepEqual(steps({ ...installed, installed: [without] }), []);
});

test('what somebody uses still is refused, with each use', (t) => {
  const backups = [
    { path: '/var/lib/docker.bk', hasVolumes: true, uses: ['/mnt is mounted in it', '/dev/loop0 is on it'] },
  ];
  const planned = planCleanup({ ...installed, docker: { ...docker, dataRoot: { ...docker.dataRoot, backups } } });
  t.deepEqual(planned.kind === 'refused' && planned.refusals.map(({ code, reason }) => [code, reason]), [
    ['in-use', '/mnt is mounted in it'],
    ['in-use', '/dev/loop0 is on it'],
  ]);
});

test('without root nothing is looked at', (t) => {
  const planned = planCleanup({ ...installed, isRoot: false });
  t.deepEqual(planned.kind === 'refused' && planned.refusals.map(({ code }) => code), ['not-root']);
});
