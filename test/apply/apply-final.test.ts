import test from 'ava';
import { apply } from '../../src/apply/apply.ts';
import { planResize } from '../../src/plan/resize.ts';
import type { Plan } from '../../src/plan/step.ts';
import { GIB } from '../../src/units/quantity.ts';
import { usedTree } from '../plan/docker-hosts.ts';
import { carryOut, ready, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { situate } from '../plan/docker-situations.ts';
import { growthWish, loopHost, to } from '../plan/growing-hosts.ts';
import { type FakeMachine, fakeMachine, type Trouble } from './fake-machine.ts';

const situation = situate({ on: 'disk', scene: { tree: usedTree() }, carryVolumes: false, storageOptions: [] });
const setup = setupPlan(situation);
const installed = carryOut(situation.host, setup);
const teardown = teardownPlan(installed);
const never = () => false;
const machineOn = (trouble: Trouble = {}): FakeMachine => fakeMachine(installed, trouble, [], [...installed.installed]);
const run = (machine: FakeMachine, plan: Plan = teardown, interrupted = never) =>
  apply(plan, machine, () => {}, interrupted);
const failingAt = (id: string): Trouble => {
  const failing = teardown.steps.find((step) => step.id === id)?.do;
  return { at: (_, action) => (action === failing ? 'fails-before' : undefined) };
};

test('the record of a finished setup is kept for teardown, and forgotten after that', async (t) => {
  const machine = fakeMachine(situation.host);
  t.is((await run(machine, setup)).kind, 'done');
  t.deepEqual([machine.journal, machine.installed], [[], [setup.owns]]);
  const after = machineOn();
  t.is((await run(after)).kind, 'done');
  t.deepEqual([after.journal, after.installed], [[], []]);
});

test('past the first removal nothing is undone: what is left to do is told, and the record stays', async (t) => {
  const machine = machineOn(failingAt('lvremove:thinpool'));
  const outcome = await run(machine);
  t.like(outcome, { kind: 'partly-done', way: 'forward', failure: { kind: 'step-failed' } } as never);
  const left = outcome.kind === 'partly-done' ? outcome.leftovers : [];
  t.deepEqual(
    left.map(({ step, error }) => [step.id, error?.name]),
    [
      ['lvremove:thinpool', 'CommandFailed'],
      ['vgremove', undefined],
      ['pvremove:/dev/sdb', undefined],
      ['zero:/dev/sdb', undefined],
      ['profile', undefined],
    ],
  );
  t.deepEqual(left[0]?.remove, teardown.steps.find(({ id }) => id === 'lvremove:thinpool')?.do);
  t.deepEqual([machine.journal, machine.installed], [[teardown.owns], installed.installed]);
  t.is(machine.host.docker?.info?.driver, 'overlay2');
});

test('past the first removal nobody interrupts any more', async (t) => {
  const machine = machineOn();
  const first = teardown.steps.findIndex(({ final }) => final);
  const outcome = await run(machine, teardown, () => machine.performed.length > first);
  t.is(outcome.kind, 'done');
});

test('before it an interrupt is heard, and Docker stays on the pool', async (t) => {
  const machine = machineOn();
  const outcome = await run(machine, teardown, () => machine.performed.length >= 2);
  t.like(outcome, { kind: 'undone', failure: { kind: 'interrupted' } });
  t.is(machine.host.docker?.info?.driver, 'devicemapper');
});

test('what is left can not be told from what is done when nothing can be seen: all of it is told', async (t) => {
  const machine = machineOn(failingAt('pvremove:/dev/sdb'));
  const { perform } = machine;
  machine.perform = async (action) => {
    const isLast = action.kind === 'exec' && action.argv[0] === 'pvremove';
    if (isLast) machine.lookAtAll = () => Promise.reject(new Error('nothing can be seen'));
    await perform(action);
  };
  const outcome = await run(machine);
  const finals = teardown.steps.filter(({ final }) => final);
  t.is(outcome.kind === 'partly-done' && outcome.leftovers.length, finals.length);
});

test('what a removal left in spite of its word is told as not seen', async (t) => {
  const failing = teardown.steps.find(({ id }) => id === 'zero:/dev/sdb')?.do;
  const machine = machineOn({ at: (_, action) => (action === failing ? 'lies' : undefined) });
  const outcome = await run(machine);
  t.like(outcome, { kind: 'partly-done', failure: { kind: 'not-seen', step: { id: 'zero:/dev/sdb' } } } as never);
  t.deepEqual(outcome.kind === 'partly-done' && outcome.leftovers.map(({ step }) => step.id), ['zero:/dev/sdb']);
});

test('a step that happens at once or not at all is undone when it did not happen, and gone on from when it did', async (t) => {
  const host = loopHost();
  const plan = ready(planResize(host, growthWish({ data: to(4n * GIB) })));
  const reloadingWith = (trouble: 'fails-before' | 'fails-after') =>
    fakeMachine(host, { at: (_, action) => (action.kind === 'reload-table' ? trouble : undefined) });
  const before = reloadingWith('fails-before');
  t.is((await run(before, plan)).kind, 'undone');
  t.deepEqual(before.host, host);
  const after = reloadingWith('fails-after');
  t.like(await run(after, plan), { kind: 'partly-done', way: 'forward', leftovers: [] } as never);
  t.deepEqual(after.host, carryOut(host, plan));
});

test('past a step that happened at once nobody interrupts any more', async (t) => {
  const host = loopHost();
  const plan = ready(planResize(host, growthWish({ data: to(4n * GIB) })));
  const machine = fakeMachine(host);
  const outcome = await run(machine, plan, () => machine.performed.length === plan.steps.length);
  t.is(outcome.kind, 'done');
});
