import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { storeFeature } from '../../src/engines/docker/daemon-json.ts';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { type StoreRecipe, situateStore, storeRecipes } from './containerd-situations.ts';
import {
  assertClosed,
  assertSame,
  carryOut,
  cutOff,
  cutsWithin,
  runs,
  setupAgain,
  setupPlan,
  teardownPlan,
  walk,
} from './docker-runs.ts';
import type { DockerSituation } from './docker-situations.ts';
import { perform } from './simulate.ts';
import { unpack, withoutLeftovers } from './simulated/containerd.ts';

const onEach = (check: (situation: DockerSituation, plan: Plan, installed: Host) => void) =>
  fc.property(storeRecipes, (recipe: StoreRecipe) => {
    const situation = situateStore(recipe);
    const plan = setupPlan(situation);
    check(situation, plan, carryOut(situation.host, plan));
  });

/** Every host that a cut leaves, between steps and within one. */
const eachCut = (host: Host, plan: Plan): { cut: Host; what: string }[] => [
  ...walk(host, plan.steps).map((now, done) => ({ cut: cutOff(now, plan), what: `after ${plan.steps[done - 1]?.id}` })),
  ...cutsWithin(host, plan).map(({ cut, id }) => ({ cut, what: `half of ${id}` })),
];

test('Docker 26 runs on the pool through containerd, and there is nothing left to do', (t) => {
  fc.assert(
    onEach((situation, _, installed) => {
      assert.equal(installed.docker?.info?.driver, 'devmapper');
      assert.equal(installed.containerd?.plugin, 'ok');
      assert.deepEqual(setupAgain(installed, situation).steps, []);
    }),
    runs(60),
  );
  t.pass();
});

test('such a setup that was cut off anywhere is gone on with, or taken back', (t) => {
  fc.assert(
    onEach((situation, plan, installed) => {
      for (const { cut, what } of eachCut(situation.host, plan)) {
        const on = carryOut(cut, setupAgain(cut, situation));
        assertSame(on, installed, `on, cut ${what}`);
        assertClosed(on, what);
        const back = carryOut(cut, teardownPlan(cut));
        assertSame(back, situation.host, `back, cut ${what}`);
        assertClosed(back, what);
      }
    }),
    runs(40),
  );
  t.pass();
});

const layer = { namespace: 'moby', key: 'layer', isActive: false };

test('its teardown gives the host back, with what Docker made since, and goes on after any cut', (t) => {
  fc.assert(
    onEach((situation, _, installed) => {
      // Docker had images in containerd before: which of them came later is not told.
      const keepsImages = storeFeature(situation.host.docker?.config.content ?? '') === true;
      const seen = (host: Host, isCut: boolean): Host => withoutLeftovers(host, { leases: isCut, images: keepsImages });
      for (const host of [installed, unpack(installed, { ...layer, key: 'web', isActive: true }, layer)]) {
        const plan = teardownPlan(host);
        assertSame(seen(carryOut(host, plan), false), situation.host, 'whole');
        for (const { cut, what } of eachCut(host, plan)) {
          const after = carryOut(cut, teardownPlan(cut));
          // Which leases were Docker's is told by the snapshots that they kept: cut just there, they are left, and keep nothing.
          assertSame(seen(after, what === 'after snapshots:moby'), situation.host, `cut ${what}`);
          assertClosed(after, what);
          assert.deepEqual(after.installed, []);
        }
      }
    }),
    runs(40),
  );
  t.pass();
});

test('typed in order after such a setup, the way back gives the host back', (t) => {
  fc.assert(
    onEach(({ host }, plan, installed) => {
      assertSame(plan.wayBack.reduce(perform, installed), host, 'typed back');
    }),
    runs(60),
  );
  t.pass();
});

test('wherever such a setup, or its teardown, fails before anything is removed, all is as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(storeRecipes, async (recipe) => {
      const situation = situateStore(recipe);
      const plan = setupPlan(situation);
      await failEverywhere(situation.host, plan);
      const installed = carryOut(situation.host, plan);
      const back = teardownPlan(installed);
      await failEverywhere(
        installed,
        back,
        back.steps.filter(({ final }) => final === undefined),
      );
    }),
    runs(60),
  );
  t.pass();
});
