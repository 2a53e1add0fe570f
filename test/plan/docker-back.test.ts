import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { isDockerUp } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import {
  assertClosed,
  assertSame,
  carryOut,
  cleanupPlan,
  cutOff,
  runs,
  setupAgain,
  setupPlan,
  teardownPlan,
  walk,
} from './docker-runs.ts';
import { recipes, situate } from './docker-situations.ts';
import { rootOf, worldOf } from './simulated/docker-disk.ts';

test('teardown after setup gives the host back, disk and Docker', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const after = carryOut(installed, teardownPlan(installed));
      assertSame(after, situation.host, 'after teardown');
      assert.deepEqual(after.installed, []);
      assert.deepEqual(teardownPlan(after).steps, []);
    }),
    runs(100),
  );
  t.pass();
});

test('a teardown that was cut off after any step is gone on with, to the same end', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const plan = teardownPlan(installed);
      walk(installed, plan.steps).forEach((now, done) => {
        const cut = cutOff(now, plan);
        const after = carryOut(cut, teardownPlan(cut));
        assertSame(after, situation.host, `cut after ${plan.steps[done - 1]?.id}`);
        assertClosed(after, `cut after ${plan.steps[done - 1]?.id}`);
        assert.deepEqual(after.installed, []);
      });
    }),
    runs(100),
  );
  t.pass();
});

test('a setup that was cut off after any step can be taken back', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const plan = setupPlan(situation);
      walk(situation.host, plan.steps).forEach((now, done) => {
        const cut = cutOff(now, plan);
        const after = carryOut(cut, teardownPlan(cut));
        assertSame(after, situation.host, `cut after ${plan.steps[done - 1]?.id}`);
        assertClosed(after, `cut after ${plan.steps[done - 1]?.id}`);
        assert.deepEqual(after.installed, []);
      });
    }),
    runs(100),
  );
  t.pass();
});

const cleaned = (host: Host): Host => carryOut(host, cleanupPlan(host));

test('after cleanup Docker runs on, and teardown ends with an empty Docker', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const after = cleaned(installed);
      assert.deepEqual(setupAgain(after, situation).steps, []);
      assert.deepEqual(cleanupPlan(after).steps, []);
      assertEmptied(carryOut(after, teardownPlan(after)), situation.host);
    }),
    runs(100),
  );
  t.pass();
});

test('a cleanup that was cut off is gone on with, or teardown ends with an empty Docker all the same', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      const plan = cleanupPlan(installed);
      for (const now of walk(installed, plan.steps)) {
        const cut = cutOff(now, plan);
        assertSame(cleaned(cut), cleaned(installed), 'cleaned after all');
        if (now !== installed) assertEmptied(carryOut(cut, teardownPlan(cut)), situation.host);
      }
    }),
    runs(100),
  );
  t.pass();
});

test('a teardown after cleanup that was cut off is gone on with, without the containers that are gone', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const after = cleaned(carryOut(situation.host, setupPlan(situation)));
      const plan = teardownPlan(after);
      for (const now of walk(after, plan.steps)) {
        const cut = cutOff(now, plan);
        assertEmptied(carryOut(cut, teardownPlan(cut)), situation.host);
      }
    }),
    runs(60),
  );
  t.pass();
});

/** Docker as before, apart from what it held. */
function assertEmptied(after: Host, before: Host): void {
  const [now, then] = [worldOf(after), worldOf(before)];
  const { images, volumes, backups } = now.docker.dataRoot;
  assert.deepEqual([images, volumes, backups, now.trees[rootOf(now)]?.containers ?? []], [[], [], [], []]);
  // With nothing in its data root Docker chooses by itself, where daemon.json does not.
  const isNamed = then.docker.config.content?.includes('storage-driver') === true;
  if (then.docker.info) assert.equal(now.docker.info?.driver, isNamed ? then.docker.info.driver : 'overlay2');
  assert.equal(now.docker.config.content, then.docker.config.content);
  assert.equal(isDockerUp(now.docker), isDockerUp(then.docker));
  assert.deepEqual(now.devices, then.devices);
  assert.deepEqual(now.volumeGroups, then.volumeGroups);
}
