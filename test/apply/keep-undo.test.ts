import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { apply } from '../../src/apply/apply.ts';
import type { Outcome } from '../../src/apply/outcome.ts';
import type { Action } from '../../src/plan/step.ts';
import { usedTree } from '../plan/docker-hosts.ts';
import { assertSame, runs, setupPlan } from '../plan/docker-runs.ts';
import { keepingRecipes, situateKeeping } from '../plan/keep-hosts.ts';
import { worldOf } from '../plan/simulated/docker-disk.ts';
import { allImages } from '../plan/simulated/docker-images.ts';
import { failEverywhere } from './fail-everywhere.ts';
import { type FakeMachine, fakeMachine, type Trouble } from './fake-machine.ts';

const keepingImages = keepingRecipes.filter(({ scene }) => (scene.tree?.image ?? []).length > 0);

/** Has one step of a run that takes images along meet with trouble. */
async function inTrouble(
  situation: ReturnType<typeof situateKeeping>,
  step: string,
  how: ReturnType<NonNullable<Trouble['at']>>,
): Promise<{ outcome: Outcome; machine: FakeMachine }> {
  const plan = setupPlan(situation);
  const troubled = plan.steps.find(({ id }) => id === step)?.do;
  const at = (_: number, action: Action) => (action === troubled ? how : undefined);
  const machine = fakeMachine(situation.host, { at });
  const emit = (): void => {};
  return { outcome: await apply(plan, machine, emit, () => false), machine };
}

test('wherever a run fails that takes images along, the host, its Docker and its images are as before', async (t) => {
  await fc.assert(
    fc.asyncProperty(keepingRecipes, async (recipe) => {
      const { host, ...wished } = situateKeeping(recipe);
      const plan = setupPlan({ host, ...wished });
      // What fails after Docker has taken the images is not undone.
      const steps = plan.steps.filter(({ id, final }) => final === undefined && id !== 'compare-images');
      await failEverywhere(host, plan, steps);
    }),
    runs(60),
  );
  t.pass();
});

test('a load that fails is undone, and the old images are there', async (t) => {
  await fc.assert(
    fc.asyncProperty(keepingImages, async (recipe) => {
      const situation = situateKeeping(recipe);
      const { outcome, machine } = await inTrouble(situation, 'load-images', 'fails-before');
      assert.equal(outcome.kind, 'undone');
      assertSame(machine.host, situation.host, 'undone');
      assert.deepEqual(machine.journal, []);
    }),
    runs(40),
  );
  t.pass();
});

test('where the old store can not be brought back, what was saved of it stays', async (t) => {
  const recipe = { on: 'disk', scene: { tree: usedTree() }, carryVolumes: false, storageOptions: [] } as const;
  const { host, ...wished } = situateKeeping(recipe);
  const at: Trouble['at'] = (_, { kind }) =>
    kind === 'load-images' || kind === 'bring-back' ? 'fails-before' : undefined;
  const machine = fakeMachine(host, { at });
  const emit = (): void => {};
  const outcome = await apply(setupPlan({ host, ...wished }), machine, emit, () => false);
  t.is(outcome.kind, 'partly-done');
  t.deepEqual(machine.host.keeping?.archive?.images?.[0]?.tags, ['busybox:latest']);
  t.true(machine.host.keeping?.files.includes('containers.txt'));
});

test('where what was loaded is not what was saved, the archive stays, and it says how to go on', async (t) => {
  await fc.assert(
    fc.asyncProperty(keepingImages, async (recipe) => {
      const situation = situateKeeping(recipe);
      const { outcome, machine } = await inTrouble(situation, 'load-images', 'lies');
      assert.equal(outcome.kind, 'partly-done');
      const left = outcome.kind === 'partly-done' ? outcome.leftovers.map(({ step }) => step.id) : [];
      assert.deepEqual(left, ['load-images', 'remove-archive']);
      assert.deepEqual(allImages(worldOf(machine.host)).toSorted(), allImages(situation.host).toSorted());
      assert.notEqual(machine.host.keeping?.archive, null);
      assert.equal(machine.journal.length, 1);
    }),
    runs(40),
  );
  t.pass();
});
