import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { DockerIntent } from '../../src/model/intent.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { assertClosed, assertSame, carryOut, cutOff, ready, runs, teardownPlan, walk } from './docker-runs.ts';
import { type Recipe, recipes, situate } from './docker-situations.ts';

const files = { dataSizeBytes: bytes(100n * GIB), metadataSizeBytes: bytes(2n * GIB) };
const loopPlan = (host: Host, docker: DockerIntent): Plan => ready(planLoopSetup(host, files, docker));

/** Docker on files already is Docker as wanted, and nothing of it is set aside. */
const elsewhere = recipes.filter(({ scene }) => scene.tree?.devicemapper === undefined);
const onEach = (check: (host: Host, docker: DockerIntent, plan: Plan) => void) =>
  fc.property(elsewhere, (recipe: Recipe) => {
    const { host, docker } = situate(recipe);
    check(host, docker, loopPlan(host, docker));
  });

test('Docker on files of its own is as wanted afterwards, and teardown gives the host back', (t) => {
  fc.assert(
    onEach((host, docker, plan) => {
      const installed = carryOut(host, plan);
      assert.deepEqual(loopPlan(installed, docker).steps, []);
      assertSame(carryOut(installed, teardownPlan(installed)), host, 'after teardown');
    }),
    runs(100),
  );
  t.pass();
});

test('a loop setup, or its teardown, that was cut off after any step is gone on with', (t) => {
  fc.assert(
    onEach((host, docker, plan) => {
      const installed = carryOut(host, plan);
      for (const now of walk(host, plan.steps)) {
        const cut = cutOff(now, plan);
        const after = carryOut(cut, loopPlan(cut, docker));
        assertSame(after, installed, 'on');
        assertClosed(after, 'on');
        assertSame(carryOut(cut, teardownPlan(cut)), host, 'back');
      }
      const back = teardownPlan(installed);
      for (const now of walk(installed, back.steps)) {
        const cut = cutOff(now, back);
        assertSame(carryOut(cut, teardownPlan(cut)), host, 'on with teardown');
      }
    }),
    runs(60),
  );
  t.pass();
});

test('wherever a loop setup fails, the host and its Docker are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(elsewhere, async (recipe) => {
      const { host, docker } = situate(recipe);
      await failEverywhere(host, loopPlan(host, docker));
    }),
    runs(60),
  );
  t.pass();
});
