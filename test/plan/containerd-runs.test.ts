import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import {
  type ContainerdRecipe,
  containerdPlan,
  containerdRecipes,
  LATER,
  situateContainerd,
} from './containerd-situations.ts';
import { assertClosed, assertSame, carryOut, cutOff, runs, teardownPlan, walk } from './docker-runs.ts';
import { perform } from './simulate.ts';
import { unpack } from './simulated/containerd.ts';

type Situation = ReturnType<typeof situateContainerd>;

const onEach = (check: (situation: Situation, plan: Plan, installed: Host) => void) =>
  fc.property(containerdRecipes, (recipe: ContainerdRecipe) => {
    const situation = situateContainerd(recipe);
    const plan = containerdPlan(situation.host, situation);
    check(situation, plan, carryOut(situation.host, plan));
  });

const CACHED = { namespace: 'default', key: 'layer', isActive: false };

test('containerd runs on the pool afterwards, and there is nothing left to do', (t) => {
  fc.assert(
    onEach((situation, _, installed) => {
      assert.equal(installed.containerd?.plugin, 'ok');
      assert.deepEqual(containerdPlan(installed, situation, LATER).steps, []);
      const inUse = unpack(installed, CACHED);
      assert.deepEqual(containerdPlan(inUse, situation, LATER).steps, []);
    }),
    runs(150),
  );
  t.pass();
});

test('a setup that was cut off after any step is gone on with, or taken back', (t) => {
  fc.assert(
    onEach((situation, plan, installed) => {
      walk(situation.host, plan.steps).forEach((now, done) => {
        const what = `cut after ${plan.steps[done - 1]?.id}`;
        const cut = cutOff(now, plan);
        const on = carryOut(cut, containerdPlan(cut, situation, LATER));
        assertSame(on, installed, `on, ${what}`);
        assertClosed(on, what);
        assert.deepEqual(on.installed[0]?.containerd, plan.owns.containerd);
        const back = carryOut(cut, teardownPlan(cut));
        assertSame(back, situation.host, `back, ${what}`);
        assertClosed(back, what);
      });
    }),
    runs(80),
  );
  t.pass();
});

test('teardown gives the host back, with what was unpacked since, and goes on after any cut', (t) => {
  fc.assert(
    onEach((situation, _, installed) => {
      for (const host of [installed, unpack(installed, CACHED, { ...CACHED, namespace: 'k8s.io', key: 'l2' })]) {
        const plan = teardownPlan(host);
        walk(host, plan.steps).forEach((now, done) => {
          const cut = cutOff(now, plan);
          const after = carryOut(cut, teardownPlan(cut));
          assertSame(after, situation.host, `cut after ${plan.steps[done - 1]?.id}`);
          assertClosed(after, 'cut teardown');
          assert.deepEqual(after.installed, []);
        });
        assertSame(carryOut(host, plan), situation.host, 'whole');
      }
    }),
    runs(80),
  );
  t.pass();
});

test('typed in order after setup, the way back gives the host back', (t) => {
  fc.assert(
    onEach(({ host }, plan, installed) => {
      assertSame(plan.wayBack.reduce(perform, installed), host, 'typed back');
    }),
    runs(100),
  );
  t.pass();
});

test('wherever setup fails, before or after its effect, the host and its containerd are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(containerdRecipes, async (recipe) => {
      const situation = situateContainerd(recipe);
      await failEverywhere(situation.host, containerdPlan(situation.host, situation));
    }),
    runs(60),
  );
  t.pass();
});
