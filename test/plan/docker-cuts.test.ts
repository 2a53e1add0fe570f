import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import {
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
import { recipes, situate } from './docker-situations.ts';
import { allVolumes, worldOf } from './simulated/docker-disk.ts';

test('a setup that was cut off in the middle of a move is gone on with, or taken back', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const plan = setupPlan(situation);
      const end = carryOut(situation.host, plan);
      for (const { cut, id } of cutsWithin(situation.host, plan)) {
        assertSame(carryOut(cut, setupAgain(cut, situation)), end, `on after half of ${id}`);
        assertSame(carryOut(cut, teardownPlan(cut)), situation.host, `back after half of ${id}`);
      }
    }),
    runs(150),
  );
  t.pass();
});

test('a teardown that was cut off in the middle of a move is gone on with', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = carryOut(situation.host, setupPlan(situation));
      for (const { cut, id } of cutsWithin(installed, teardownPlan(installed)))
        assertSame(carryOut(cut, teardownPlan(cut)), situation.host, `after half of ${id}`);
    }),
    runs(150),
  );
  t.pass();
});

test('at no moment of setup and teardown, cut off or not, is a volume lost', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const volumes = allVolumes(situation.host);
      const plan = setupPlan(situation);
      const check = (hosts: readonly Host[]): void => {
        for (const each of hosts) assert.deepEqual(allVolumes(worldOf(each)), volumes);
      };
      const every = [
        ...walk(situation.host, plan.steps).map((each) => cutOff(each, plan)),
        ...cutsWithin(situation.host, plan).map(({ cut }) => cut),
      ];
      check(every);
      for (const cut of every) {
        check(walk(cut, setupAgain(cut, situation).steps));
        check(walk(cut, teardownPlan(cut).steps));
      }
    }),
    runs(60),
  );
  t.pass();
});
