import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import {
  assertSame,
  carryOut,
  cutOff,
  ready,
  runs,
  setupAgain,
  setupPlan,
  teardownPlan,
  walk,
} from '../plan/docker-runs.ts';
import { type DockerSituation, recipes, situate } from '../plan/docker-situations.ts';
import { worldOf } from '../plan/simulated/docker-disk.ts';
import { failEverywhere } from './fail-everywhere.ts';

const onPoolMadeBefore = (situation: DockerSituation): DockerSituation => {
  const plan = ready(planSetup(situation.host, situation.intent));
  return { ...situation, host: worldOf(carryOut(situation.host, plan)) };
};

/** What Docker wrote for an earlier run stays in its pool: then setup says so, and sends to teardown. */
const canGoOn = (after: Host, { intent, docker }: DockerSituation): boolean => {
  const planned = planSetupWithDocker(after, intent, docker);
  if (planned.kind === 'ready') return true;
  return planned.refusals.every(({ code, remedy }) => code === 'pool-used' && /dmtool teardown/.test(remedy));
};

const usedBlocks = ({ thinPools }: Host) =>
  Object.fromEntries(
    thinPools.map(({ name, status }) => [name, status.state === 'working' ? status.usedDataBlocks : null]),
  );

test('a run that goes on with one that was cut off, and fails, leaves the way back open', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, fc.nat(), async (recipe, where) => {
      const situation = situate(recipe);
      const plan = setupPlan(situation);
      const hosts = walk(situation.host, plan.steps);
      const cut = cutOff(hosts[where % hosts.length] as Host, plan);
      const rest = setupAgain(cut, situation);
      await failEverywhere(cut, rest, rest.steps, (after, what) => {
        assert.ok(canGoOn(after, situation), what);
        assertSame(carryOut(after, teardownPlan(after)), situation.host, what);
      });
    }),
    runs(60),
  );
  t.pass();
});

test('a failure on a pool that was made before gives Docker back, and the pool as unused as it was', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const situation = onPoolMadeBefore(situate(recipe));
      const plan = setupPlan(situation);
      await failEverywhere(situation.host, plan, plan.steps, (after, what) => {
        assertSame({ ...after, thinPools: [] }, { ...situation.host, thinPools: [] }, what);
        assert.deepEqual(usedBlocks(after), usedBlocks(situation.host), what);
      });
    }),
    runs(60),
  );
  t.pass();
});
