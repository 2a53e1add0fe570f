import test from 'ava';
import fc from 'fast-check';
import { isDockerUp } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { assertSame, carryOut, ready, runs, setupPlan } from './docker-runs.ts';
import { recipes, situate } from './docker-situations.ts';
import { perform } from './simulate.ts';

/** Typed in order; the copy of daemon.json is the operator's to remove. */
function typedBack(host: Host, plan: Plan): Host {
  const back = plan.wayBack.reduce(perform, carryOut(host, plan));
  const copy = plan.owns.docker?.config.backup ?? null;
  return copy === null ? back : perform(back, { kind: 'remove-file', path: copy });
}

test('typed in order after setup, the way back gives the host back, disk and Docker', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      assertSame(typedBack(situation.host, setupPlan(situation)), situation.host, 'typed back');
    }),
    runs(100),
  );
  t.pass();
});

test('so it does after a setup of loop-lvm', (t) => {
  const sizes = { dataSizeBytes: bytes(100n * GIB), metadataSizeBytes: bytes(2n * GIB) };
  const elsewhere = recipes.filter(({ scene }) => scene.tree?.devicemapper === undefined);
  fc.assert(
    fc.property(elsewhere, (recipe) => {
      const { host, docker } = situate(recipe);
      assertSame(typedBack(host, ready(planLoopSetup(host, sizes, docker))), host, 'typed back');
    }),
    runs(60),
  );
  t.pass();
});

test('containers are started by hand only once Docker answers', (t) => {
  fc.assert(
    fc.property(recipes, (recipe) => {
      const situation = situate(recipe);
      const kinds = setupPlan(situation).wayBack.map((action) =>
        action.kind === 'exec' ? action.argv[0] : action.kind,
      );
      if (kinds.includes('docker')) t.is(kinds[kinds.indexOf('docker') - 1], 'await');
      t.is(kinds.filter((kind) => kind === 'service').length, isDockerUp(situation.host.docker) ? 2 : 1);
    }),
    runs(60),
  );
});
