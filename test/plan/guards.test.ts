import test from 'ava';
import type { DockerFacts } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import { planCleanup } from '../../src/plan/cleanup.ts';
import { refuseDocker } from '../../src/plan/docker-refusals.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Planned } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import { DOCKER_PROGRAMS } from '../../src/tools/programs.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { dockerFacts, dockerWish, usedTree, withDocker } from './docker-hosts.ts';
import { carryOut, PROFILE_HEAD, ready, setupPlan } from './docker-runs.ts';
import { situate } from './docker-situations.ts';
import { blankHost, disk } from './hosts.ts';

const codes = (planned: Planned): string[] =>
  planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
const teardown = (host: Host, loop = false): Planned =>
  planTeardown(host, { vg: null, pool: null, loop }, PROFILE_HEAD);
const situation = situate({ on: 'disk', scene: { tree: usedTree() }, carryVolumes: false, storageOptions: [] });
const installed = carryOut(situation.host, setupPlan(situation));
const [record] = installed.installed;
const withDataRoot = (host: Host, facts: Partial<DockerFacts['dataRoot']>, more: Partial<DockerFacts> = {}): Host => {
  const docker = host.docker as DockerFacts;
  return { ...host, docker: { ...docker, ...more, dataRoot: { ...docker.dataRoot, ...facts } } };
};

test('a dockerd that its service does not know of, or that would come back elsewhere, is refused', (t) => {
  const refuse = (facts: Partial<DockerFacts>) =>
    refuseDocker(dockerFacts(facts), DOCKER_PROGRAMS).map(({ code }) => code);
  t.deepEqual(refuse({ isStray: true }), ['docker-stray']);
  const { info } = installed.docker as DockerFacts;
  t.deepEqual(refuse({ info, idleRoot: '/srv/docker' }), ['data-root-differs']);
  t.deepEqual(refuse({ info: null, idleRoot: '/srv/docker' }), []);
});

test('a daemon that runs and does not answer is left alone: its containers are not known', (t) => {
  const { host, intent, docker } = situation;
  const silent = { ...host, docker: { ...(host.docker as DockerFacts), info: null } };
  t.deepEqual(codes(planSetupWithDocker(silent, intent, docker)), ['docker-silent']);
});

test('teardown touches no data root but the one that setup set aside', (t) => {
  const elsewhere = { realPath: '/srv/docker', path: '/srv/docker' };
  t.deepEqual(codes(teardown(withDataRoot(installed, elsewhere, { idleRoot: '/srv/docker' }))), ['data-root-differs']);
  const planned = teardown(withDataRoot(installed, { isMountPoint: true }));
  t.deepEqual(codes(planned), ['data-root-differs']);
});

test('teardown removes nothing that came to lie there by another way', (t) => {
  const config = { ...(installed.docker as DockerFacts).config, content: '{}' };
  t.deepEqual(codes(teardown(withDataRoot(installed, { drivers: ['overlay2'] }))), ['data-root-foreign']);
  t.deepEqual(codes(teardown(withDataRoot(installed, { hasLoopFiles: true }))), ['data-root-foreign']);
  t.deepEqual(codes(teardown(withDataRoot(installed, {}, { config }))), ['data-root-foreign']);
  const removed = { ...config, content: null };
  t.deepEqual(codes(teardown(withDataRoot(installed, {}, { config: removed }))), ['data-root-foreign']);
  t.deepEqual(codes(teardown(withDataRoot(installed, { drivers: [] }))), []);
  t.is(teardown(installed).kind, 'ready');
  const cutOff = { ...installed, ownership: installed.installed };
  t.is(teardown(withDataRoot(cutOff, { drivers: ['overlay2'] })).kind, 'ready');
});

test('the same with files instead of a pool', (t) => {
  const before = withDocker(blankHost([disk('/dev/sdb', GIB)]), { tree: usedTree() });
  const sizes = { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) };
  const onFiles = carryOut(before, ready(planLoopSetup(before, sizes, dockerWish())));
  t.is(teardown(onFiles, true).kind, 'ready');
  t.deepEqual(codes(teardown(withDataRoot(onFiles, { hasLoopFiles: false }), true)), ['data-root-foreign']);
});

test('files that Docker was on already are not taken for ours', (t) => {
  const sizes = { dataSizeBytes: bytes(GIB), metadataSizeBytes: bytes(GIB) };
  const before = withDocker(blankHost([]), { tree: usedTree() });
  const foreign = { ...carryOut(before, ready(planLoopSetup(before, sizes, dockerWish()))), installed: [] };
  t.deepEqual(ready(planLoopSetup(foreign, sizes, dockerWish())).steps, []);
  const larger = { ...sizes, dataSizeBytes: bytes(2n * GIB) };
  t.deepEqual(codes(planLoopSetup(foreign, larger, dockerWish())), ['data-root-foreign']);
});

test('a container that goes for good when it stops is not asked back', (t) => {
  const { host, intent, docker: wanted } = situation;
  const docker = host.docker as DockerFacts;
  const [first] = docker.containers.filter(({ running }) => running);
  const containers = docker.containers.map((each) => ({ ...each, autoRemove: each.name === first?.name }));
  const { steps, owns } = ready(planSetupWithDocker({ ...host, docker: { ...docker, containers } }, intent, wanted));
  const stop = steps.find(({ id }) => id === 'stop-docker');
  t.true(stop?.title.includes(first?.name ?? 'none'));
  t.false(JSON.stringify(stop?.undo).includes(`"${first?.name}"`));
  t.false(owns.docker?.containers.includes(first?.name ?? ''));
});

test('cleanup leaves alone what a cut-off run may want back, and forgets a name that it has removed', (t) => {
  t.deepEqual(codes(planCleanup({ ...installed, ownership: installed.installed })), ['unfinished']);
  const own = { name: 'cleanup', pool: null, docker: null };
  const without = { ...record, name: 'a/b', docker: null } as NonNullable<typeof record>;
  const plan = ready(planCleanup({ ...installed, ownership: [own], installed: [...installed.installed, without] }));
  t.deepEqual(
    plan.keeps?.map(({ docker }) => docker?.dataRoot.backup),
    [null, undefined],
  );
  t.is(teardown({ ...blankHost([disk('/dev/sdb', GIB)]), ownership: [own] }).kind, 'ready');
});
