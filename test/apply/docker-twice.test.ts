import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { assertSame, carryOut, runs, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { recipes, situate } from '../plan/docker-situations.ts';
import { allVolumes, worldOf } from '../plan/simulated/docker-disk.ts';
import { type FakeMachine, fakeMachine } from './fake-machine.ts';

/** Runs a plan in which two actions fail, of its steps or of its undo; no volume may be lost meanwhile. */
async function failTwice(host: Host, plan: Plan, first: number, second: number): Promise<Host> {
  const volumes = allVolumes(worldOf(host));
  const trouble = {
    at: (number: number) => (number === first || number === second ? 'fails-before' : undefined),
  } as const;
  const machine = fakeMachine(host, trouble, [...host.ownership], [...host.installed]);
  const outcome = await apply(
    plan,
    machine,
    () => {},
    () => false,
  );
  if (outcome.kind === 'partly-done' && outcome.way === 'back') assertNotAstray(machine, host, plan);
  if (outcome.kind === 'undone') assertSame(machine.host, host, 'undone');
  const isAgreed = plan.steps.some((step) => step.final && machine.performed.includes(step.do));
  if (!isAgreed) assert.deepEqual(allVolumes(worldOf(machine.host)), volumes);
  return { ...machine.host, ownership: machine.journal, installed: machine.installed };
}

/** Where undo has started Docker again, it is on its own settings, and sees all that it saw. */
function assertNotAstray({ host, performed }: FakeMachine, before: Host, plan: Plan): void {
  const own = plan.steps.map((step) => step.do);
  const last = performed.findLast((action) => action.kind === 'service');
  const [now, then] = [worldOf(host), worldOf(before)];
  if (now.daemon === null || last?.verb !== 'start' || own.includes(last)) return;
  assert.equal(now.daemon.driver, then.daemon?.driver);
  assert.equal(now.docker.config.content, then.docker.config.content);
  for (const what of ['drivers', 'images', 'volumes', 'plugins'] as const)
    assert.deepEqual(now.docker.dataRoot[what], then.docker.dataRoot[what]);
}

/** Each action in turn, and one of those that follow soon: mostly undo's. */
async function failTwiceEverywhere(host: Host, plan: Plan, check: (after: Host, what: string) => void): Promise<void> {
  for (let first = 0; first < plan.steps.length; first += 1) {
    for (const by of [1, 2, 3, 4])
      check(await failTwice(host, plan, first, first + by), `${first}, and ${by} after that`);
  }
}

test('where undo fails as well nothing is lost, and teardown leads back', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = situate(recipe);
      await failTwiceEverywhere(situation.host, setupPlan(situation), (after, what) =>
        assertSame(carryOut(after, teardownPlan(after)), situation.host, what),
      );
    }),
    runs(50),
  );
  t.pass();
});

test('where the undo of a teardown fails as well, another one gets through', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      await failTwiceEverywhere(installed, teardownPlan(installed), (after, what) =>
        assertSame(carryOut(after, teardownPlan(after)), situation.host, what),
      );
    }),
    runs(50),
  );
  t.pass();
});
