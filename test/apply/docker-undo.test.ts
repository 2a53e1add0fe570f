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

const HOW = ['fails-before', 'fails-after'] as const;
const never = () => false;

/** Runs a plan that fails at each of its steps in turn, and shows how each run ended. */
async function failEverywhere(host: Host, plan: Plan, check: (after: Host, what: string) => void, steps = plan.steps) {
  const volumes = allVolumes(worldOf(host));
  for (const how of HOW) {
    for (const { id } of steps) {
      const number = steps.findIndex((step) => step.id === id);
      const machine = fakeMachine(
        host,
        { at: (each) => (each === number ? how : undefined) },
        [...host.ownership],
        [...host.installed],
      );
      const { perform } = machine;
      machine.perform = async (action) => {
        await perform(action).finally(() => assert.deepEqual(allVolumes(worldOf(machine.host)), volumes, id));
      };
      const outcome = await apply(plan, machine, () => {}, never);
      const what = `${id} ${how}`;
      // Steps that are left out move the number to a later one, or past the last.
      if (outcome.kind === 'done') continue;
      if (outcome.kind === 'partly-done')
        assert.fail(
          `${what}: ${outcome.leftovers.map(({ step, error }) => `${step.id}: ${error?.message}`).join('; ')}`,
        );
      check(machine.host, what);
      assert.deepEqual(machine.journal, host.ownership);
      assert.deepEqual(machine.installed, host.installed);
    }
  }
}

test('wherever setup fails, before or after its effect, the host and its Docker are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = situate(recipe);
      await failEverywhere(situation.host, setupPlan(situation), (after, what) =>
        assertSame(after, situation.host, what),
      );
    }),
    runs(100),
  );
  t.pass();
});

test('wherever teardown fails before it removes anything, Docker is on the pool as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const plan = teardownPlan(installed);
      const steps = plan.steps.filter(({ isFinal }) => isFinal !== true);
      await failEverywhere(installed, plan, (after, what) => assertSame(after, installed, what), steps);
    }),
    runs(100),
  );
  t.pass();
});
