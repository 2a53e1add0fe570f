import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/step.ts';
import { usedTree } from './docker-hosts.ts';
import {
  assertSame,
  carryOut,
  cutOff,
  cutsWithin,
  reboot,
  runs,
  setupAgain,
  setupPlan,
  teardownPlan,
  walk,
  withoutStrays,
} from './docker-runs.ts';
import { type DockerSituation, type Recipe, recipes, situate } from './docker-situations.ts';

/** Loop-lvm on a mount of its own aside: half moved, it does not show Docker which driver it had. */
const inUse = recipes.filter(
  ({ scene }) => scene.up === 'running' && !(scene.isMountPoint && scene.tree?.devicemapper),
);

/** Every host that boots after a power cut: Docker came up on what it found, or gave up, and left its traces. */
const boots = (host: Host, plan: Plan, { host: before }: DockerSituation): { booted: Host; id: string }[] =>
  [
    ...walk(host, plan.steps).map((now, done) => ({ cut: cutOff(now, plan), id: `${plan.steps[done - 1]?.id}` })),
    ...cutsWithin(host, plan).map(({ cut, id }) => ({ cut, id: `half of ${id}` })),
  ].map(({ cut, id }) => ({ booted: reboot(cut, before), id }));

function teardownGoesOn(recipe: Recipe): void {
  const situation = situate(recipe);
  const installed = carryOut(situation.host, setupPlan(situation));
  for (const { booted, id } of boots(installed, teardownPlan(installed), situation))
    assertSame(carryOut(booted, teardownPlan(booted)), situation.host, `cut after ${id}`);
}

function setupGoesOn(recipe: Recipe): void {
  const situation = situate(recipe);
  for (const { booted, id } of boots(situation.host, setupPlan(situation), situation)) {
    const back = carryOut(booted, teardownPlan(booted));
    assertSame(withoutStrays(back), situation.host, `back after ${id}`);
    const on = carryOut(booted, setupAgain(booted, situation));
    assert.deepEqual(setupAgain(on, situation).steps, []);
    const there = carryOut(on, teardownPlan(on));
    assertSame(withoutStrays(there), situation.host, `on after ${id}`);
  }
}

test('a teardown that a power cut ended is gone on with, whatever Docker did at the next boot', (t) => {
  fc.assert(fc.property(inUse, teardownGoesOn), runs(100));
  t.pass();
});

test('a setup that a power cut ended is gone on with or taken back, whatever Docker did at the next boot', (t) => {
  fc.assert(fc.property(inUse, setupGoesOn), runs(100));
  t.pass();
});

for (const isMountPoint of [false, true]) {
  test(`both with volumes that are taken over${isMountPoint ? ', on a mount point' : ''}`, (t) => {
    const scene = { tree: usedTree(), config: '{}\n', isMountPoint };
    const recipe: Recipe = { on: 'disk', scene, carryVolumes: true, storageOptions: [] };
    teardownGoesOn(recipe);
    setupGoesOn(recipe);
    t.pass();
  });
}
