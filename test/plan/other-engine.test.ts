import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { planPoolAlone } from '../../src/plan/setup.ts';
import { planSetupWithContainerd } from '../../src/plan/setup-containerd.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import type { Planned } from '../../src/plan/step.ts';
import { containerdWish } from './containerd-hosts.ts';
import { LATER, situateStore, usualStore } from './containerd-situations.ts';
import { assertSame, carryOut, cutOff, ready, setupAgain, setupPlan, teardownPlan } from './docker-runs.ts';
import type { World } from './simulated/docker-disk.ts';

const store = situateStore(usualStore());
const intent = { ...store.intent, newPvUuids: LATER };
const ofContainerd = (host: Host): Planned => planSetupWithContainerd(host, intent, containerdWish());
const codes = (planned: Planned): string[] =>
  planned.kind === 'refused' ? planned.refusals.map(({ code, subject }) => `${code} ${subject}`) : [];

test('a pool that Docker came to through containerd is not taken for containerd alone', (t) => {
  const plan = setupPlan(store);
  t.deepEqual(codes(ofContainerd(carryOut(store.host, plan))), ['pool-used docker/thinpool']);
  t.deepEqual(codes(ofContainerd(cutOff(store.host, plan))), ['pool-used docker/thinpool']);
});

test('a pool that containerd has is not given to Docker’s own driver', (t) => {
  const installed = carryOut(store.host, ready(ofContainerd(store.host))) as World;
  const older = { ...installed, docker: { ...installed.docker, version: '20.10.24' } };
  t.deepEqual(codes(planSetupWithDocker(older, intent, store.docker)), ['pool-used docker/thinpool']);
});

test('Docker 26 may join the containerd that has it, and both go back together', (t) => {
  const alone = carryOut(store.host, ready(ofContainerd(store.host)));
  const both = carryOut(alone, setupAgain(alone, store));
  t.is(both.docker?.info?.driver, 'devmapper');
  assertSame(carryOut(both, teardownPlan(both)), store.host, 'after teardown');
});

test('a pool for no engine does not take the place of a record that brings an engine back', (t) => {
  const alone = (host: Host): string[] => codes(planPoolAlone(host, intent));
  t.deepEqual(alone(cutOff(store.host, setupPlan(store))), ['unfinished docker/thinpool']);
  t.deepEqual(alone(cutOff(store.host, ready(ofContainerd(store.host)))), ['unfinished docker/thinpool']);
  t.deepEqual(alone(store.host), []);
  t.deepEqual(alone(cutOff(store.host, ready(planPoolAlone(store.host, intent)))), []);
});
