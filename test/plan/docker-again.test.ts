import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import {
  assertClosed,
  assertSame,
  carryOut,
  cutOff,
  reboot,
  runs,
  setupAgain,
  setupPlan,
  walk,
} from './docker-runs.ts';
import { recipes, situate } from './docker-situations.ts';

test('a host on which Docker runs as wanted gets an empty plan', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const after = carryOut(situation.host, setupPlan(situation));
      assert.deepEqual(setupAgain(after, situation).steps, []);
    }),
    runs(150),
  );
  t.pass();
});

test('a run that was cut off after any step is gone on with, to the same end', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const plan = setupPlan(situation);
      const end = carryOut(situation.host, plan);
      walk(situation.host, plan.steps).forEach((now, done) => {
        const cut = cutOff(now as Host, plan);
        const after = carryOut(cut, setupAgain(cut, situation));
        assertSame(after, end, `cut after ${plan.steps[done - 1]?.id}`);
        assertClosed(after, `cut after ${plan.steps[done - 1]?.id}`);
      });
    }),
    runs(100),
  );
  t.pass();
});

test('where a power cut ended the run, and Docker came up by itself, it is gone on with as well', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const plan = setupPlan(situation);
      for (const now of walk(situation.host, plan.steps)) {
        const cut = reboot(cutOff(now, plan), situation.host);
        const rest = setupAgain(cut, situation);
        carryOut(cut, rest);
        assert.equal(rest.owns.docker?.dataRoot.backup, plan.owns.docker?.dataRoot.backup);
      }
    }),
    runs(100),
  );
  t.pass();
});
