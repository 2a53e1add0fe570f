import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { runningContainers } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import { failEverywhere } from '../apply/fail-everywhere.ts';
import { CONFIG_PATH, container, usedTree } from './docker-hosts.ts';
import { assertSame, carryOut, cutOff, runs, setupAgain, setupPlan, teardownPlan, walk } from './docker-runs.ts';
import { type DockerSituation, type Recipe, recipes, situate } from './docker-situations.ts';
import { perform } from './simulate.ts';
import { observe, rootOf, treeAt, type World, withTree, worldOf } from './simulated/docker-disk.ts';

/** Docker runs on the pool, and a container on Docker; another option is asked for now. */
const onPool = (recipe: Recipe) => {
  const first = situate(recipe);
  const installed = worldOf(carryOut(first.host, setupPlan(first)));
  const second = { ...first.docker, storageOptions: [{ name: 'dm.min_free_space', value: '20%' }] };
  return { before: first.host, situation: { ...first, host: withContainer(installed), docker: second } };
};

function withContainer(world: World): World {
  const root = rootOf(world);
  const containers = [container('on-pool')];
  const now = { ...world, docker: { ...world.docker, containers: [{ ...containers[0] }] } };
  // What the probe sees is made anew by the next action: nobody has acted yet.
  return perform(withTree(now as World, root, { ...treeAt(world, root), containers }), {
    kind: 'exec',
    argv: ['docker', 'start', 'on-pool'],
  }) as World;
}

test('another option is taken over with a restart, and containers run on', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const { situation } = onPool(recipe);
      const after = worldOf(carryOut(situation.host, setupPlan(situation)));
      assert.deepEqual(runningContainers(after.docker), ['on-pool']);
      assert.deepEqual(setupAgain(after, situation).steps, []);
      assert.equal(after.docker.dataRoot.backups.length, situation.host.docker.dataRoot.backups.length);
    }),
    runs(60),
  );
  t.pass();
});

test('such a run that was cut off is gone on with, or taken back to before the first', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const { before, situation } = onPool(recipe);
      const plan = setupPlan(situation);
      const end = carryOut(situation.host, plan);
      for (const now of walk(situation.host, plan.steps)) {
        const cut = cutOff(now, plan);
        assertSame(carryOut(cut, setupAgain(cut, situation)), end, 'on');
        assertSame(carryOut(cut, teardownPlan(cut)), before, 'back');
      }
    }),
    runs(60),
  );
  t.pass();
});

test('such a run that fails leaves Docker on the pool, its containers running', async (t) => {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const { situation } = onPool(recipe);
      await failEverywhere(situation.host, setupPlan(situation));
    }),
    runs(60),
  );
  t.pass();
});

/** Somebody adds a key of theirs. */
function edited(host: Host): Host {
  const { content } = worldOf(host).docker.config;
  const text = JSON.stringify({ ...JSON.parse(content ?? '{}'), 'registry-mirrors': ['https://mirror'] }, null, 2);
  return perform(host, { kind: 'write-file', path: CONFIG_PATH, content: text, mode: 0o644 });
}

test('what others wrote into daemon.json meanwhile is there still after teardown', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const { situation } = onPool(recipe);
      const changed: DockerSituation = { ...situation, host: worldOf(edited(situation.host)) };
      const after = carryOut(changed.host, setupPlan(changed));
      const { content } = worldOf(carryOut(after, teardownPlan(after))).docker.config;
      assert.match(content ?? '', /registry-mirrors/);
      assert.doesNotMatch(content ?? '', /thinpooldev/);
    }),
    runs(60),
  );
  t.pass();
});

test('once Docker was led away from the pool by hand, its new data are set aside beside the first', (t) => {
  const situation = situate({ on: 'disk', scene: { tree: usedTree() }, carryVolumes: false, storageOptions: [] });
  const installed = worldOf(carryOut(situation.host, setupPlan(situation)));
  const root = rootOf(installed);
  // Its former data are still aside; those on the pool are gone, and Docker began anew without it.
  const thinPools = installed.thinPools.map((pool) => ({ ...pool, status: { ...pool.status, usedDataBlocks: 0n } }));
  const services = installed.docker.services.map((each) => ({ ...each, state: 'stopped' as const }));
  const away = { ...installed, docker: { ...installed.docker, services }, daemon: null, isMountedOver: false };
  const left = observe(withTree({ ...away, thinPools, thinDevices: [] } as World, root, usedTree({ containers: [] })));
  const { owns } = setupPlan({ ...situation, host: left });
  t.is(owns.docker?.dataRoot.backup, '/var/lib/docker.bk.1');
  t.is(owns.docker?.config.before, null);
});

test('a daemon that was killed on the pool, and left its mounts, does not stand in the way of teardown', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const installed = worldOf(carryOut(situation.host, setupPlan(situation)));
      const services = installed.docker.services.map((each) => ({ ...each, state: 'failed' as const }));
      const docker = { ...installed.docker, services };
      const killed = observe({ ...installed, docker, daemon: null, isMountedOver: true });
      assertSame(carryOut(killed, teardownPlan(killed)), situation.host, 'after teardown');
    }),
    runs(60),
  );
  t.pass();
});
