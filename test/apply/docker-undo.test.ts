import test from 'ava';
import fc from 'fast-check';
import { carryOut, cleanupPlan, runs, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { recipes, situate } from '../plan/docker-situations.ts';
import { failEverywhere } from './fail-everywhere.ts';

test('wherever setup fails, before or after its effect, the host and its Docker are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = situate(recipe);
      await failEverywhere(situation.host, setupPlan(situation));
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
      for (const host of [installed, carryOut(installed, cleanupPlan(installed))]) {
        const plan = teardownPlan(host);
        await failEverywhere(
          host,
          plan,
          plan.steps.filter(({ final }) => final === undefined),
        );
      }
    }),
    runs(100),
  );
  t.pass();
});
