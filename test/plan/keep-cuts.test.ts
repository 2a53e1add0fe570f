import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import { ARCHIVE_FILES, LIST_FILES } from '../../src/model/keeping.ts';
import type { Plan } from '../../src/plan/step.ts';
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
import type { DockerSituation } from './docker-situations.ts';
import { keepingRecipes, situateKeeping } from './keep-hosts.ts';
import { rootOf, worldOf } from './simulated/docker-disk.ts';
import { allImages } from './simulated/docker-images.ts';

/** Every host that a cut leaves: between steps, and in the middle of those that are many. */
const cutsOf = ({ host }: DockerSituation, plan: Plan): Host[] => [
  ...walk(host, plan.steps).map((each) => cutOff(each, plan)),
  ...cutsWithin(host, plan).map(({ cut }) => cut),
];

/** What Docker shows on the new store. */
const imagesOn = (host: Host): readonly string[] => worldOf(host).trees[rootOf(worldOf(host))]?.image ?? [];

test('every image comes along, and all that is left of its way is how containers were started', (t) => {
  fc.assert(
    fc.property(keepingRecipes, (recipe) => {
      const situation = situateKeeping(recipe);
      const end = carryOut(situation.host, setupPlan(situation));
      assert.deepEqual([...imagesOn(end)].toSorted(), [...imagesOn(situation.host)].toSorted());
      const hasContainers = situation.host.docker.containers.length > 0;
      assert.deepEqual(end.keeping?.files, hasContainers ? LIST_FILES : []);
      assert.deepEqual(setupPlan({ ...situation, host: worldOf(end) }).steps, []);
      assertSame(carryOut(end, teardownPlan(end)), situation.host, 'taken back');
    }),
    runs(60),
  );
  t.pass();
});

function goesOn(situation: DockerSituation, found: Host): void {
  const images = [...imagesOn(situation.host)].toSorted();
  const again = setupAgain(found, situation);
  for (const each of walk(found, again.steps)) {
    const there = allImages(worldOf(each));
    const lost = images.filter((tag) => !there.includes(tag));
    assert.deepEqual(lost, []);
  }
  const end = carryOut(found, again);
  assert.ok(!end.keeping?.files.some((name) => ARCHIVE_FILES.includes(name)), 'of the archive nothing is left');
  assert.deepEqual([...imagesOn(end)].toSorted(), images);
  assert.deepEqual(setupAgain(end, situation).steps, []);
}

test('cut off anywhere, no image is ever lost: the next run has them all, or takes them back', (t) => {
  fc.assert(
    fc.property(keepingRecipes, (recipe) => {
      const situation = situateKeeping(recipe);
      for (const cut of cutsOf(situation, setupPlan(situation))) {
        goesOn(situation, cut);
        assertSame(carryOut(cut, teardownPlan(cut)), situation.host, 'taken back');
      }
    }),
    runs(40),
  );
  t.pass();
});

/** Loop-lvm on a mount of its own aside: half moved, it does not show Docker which driver it had. */
const inUse = keepingRecipes.filter(
  ({ scene }) => scene.up === 'running' && !(scene.isMountPoint && scene.tree?.devicemapper),
);

test('the same where Docker came up at a boot in between, on whatever it found', (t) => {
  fc.assert(
    fc.property(inUse, (recipe) => {
      const situation = situateKeeping(recipe);
      for (const cut of cutsOf(situation, setupPlan(situation))) {
        const booted = reboot(cut, situation.host);
        goesOn(situation, booted);
        assertSame(withoutStrays(carryOut(booted, teardownPlan(booted))), situation.host, 'taken back');
      }
    }),
    runs(40),
  );
  t.pass();
});
