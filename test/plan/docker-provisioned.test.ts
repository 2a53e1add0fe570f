import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { DockerIntent } from '../../src/model/intent.ts';
import type { Plan } from '../../src/plan/step.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { assertClosed, assertSame, carryOut, cutOff, runs, teardownPlan, walk } from './docker-runs.ts';
import { type Recipe, recipes, situate } from './docker-situations.ts';
import { provisionPlan } from './provisioned-hosts.ts';

/** Every host with Docker and a blank disk. */
const disks = recipes.filter(({ on }) => on === 'disk');
const planFor = (host: Host, docker: DockerIntent): Plan => provisionPlan(host, {}, docker);
const onEach = (check: (host: Host, docker: DockerIntent, plan: Plan) => void) =>
  fc.property(disks, (recipe: Recipe) => {
    const { host, docker } = situate(recipe);
    check(host, docker, planFor(host, docker));
  });

test('Docker on a pool of its own making is as wanted afterwards, and teardown gives the host back', (t) => {
  fc.assert(
    onEach((host, docker, plan) => {
      const installed = carryOut(host, plan);
      assert.deepEqual(planFor(installed, docker).steps, []);
      assertSame(carryOut(installed, teardownPlan(installed)), host, 'after teardown');
    }),
    runs(100),
  );
  t.pass();
});

test('a run that was cut off after any step, and its teardown, is gone on with', (t) => {
  fc.assert(
    onEach((host, docker, plan) => {
      const installed = carryOut(host, plan);
      for (const now of walk(host, plan.steps)) {
        const cut = cutOff(now, plan);
        const after = carryOut(cut, planFor(cut, docker));
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

test('wherever it fails, the host and its Docker are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(disks, async (recipe) => {
      const { host, docker } = situate(recipe);
      await failEverywhere(host, planFor(host, docker));
    }),
    runs(60),
  );
  t.pass();
});
