import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { assertSame, carryOut, runs, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { recipes, situate } from '../plan/docker-situations.ts';
import { allVolumes, worldOf } from '../plan/simulated/docker-disk.ts';
import { fakeMachine } from './fake-machine.ts';

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
  if (outcome.kind === 'undone') assertSame(machine.host, host, 'undone');
  const isAgreed = plan.steps.some((step) => step.isFinal && machine.performed.includes(step.do));
  if (!isAgreed) assert.deepEqual(allVolumes(worldOf(machine.host)), volumes);
  return { ...machine.host, ownership: machine.journal, installed: machine.installed };
}

const numbers = fc
  .tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 10 }))
  .map(([one, by]) => [one, one + by] as const);

test('where undo fails as well nothing is lost, and teardown leads back', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, numbers, async (recipe, [first, second]) => {
      const situation = situate(recipe);
      const after = await failTwice(situation.host, setupPlan(situation), first, second);
      assertSame(carryOut(after, teardownPlan(after)), situation.host, 'after teardown');
    }),
    runs(400),
  );
  t.pass();
});

test('where the undo of a teardown fails as well, another one gets through', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, numbers, async (recipe, [first, second]) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const after = await failTwice(installed, teardownPlan(installed), first, second);
      assertSame(carryOut(after, teardownPlan(after)), situation.host, 'after another teardown');
    }),
    runs(400),
  );
  t.pass();
});
