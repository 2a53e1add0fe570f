import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import type { TeardownIntent } from '../../src/model/intent.ts';
import type { VolumeGroup } from '../../src/model/lvm.ts';
import { planAdopt } from '../../src/plan/adopt.ts';
import { planSetup } from '../../src/plan/setup.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import type { Plan, Planned } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import { shellAction } from '../../src/report/script.ts';
import { type AdoptionScene, typedHost, typedProfile } from './adoption-hosts.ts';
import { dockerWish, usedTree, withDocker } from './docker-hosts.ts';
import { assertSame, carryOut, cutOff, PROFILE_HEAD, ready } from './docker-runs.ts';
import { freeSpaceWish, PROFILE_TEMPLATE, thinPool } from './hosts.ts';

// What the other commands make of a pool that was adopted.

const adopted = (scene: AdoptionScene = {}): Host => {
  const host = typedHost(scene);
  return carryOut(host, ready(planAdopt(host, { pool: 'docker/thinpool', profileTemplate: PROFILE_TEMPLATE })));
};
const wanted = freeSpaceWish({ vg: 'docker', pool: 'thinpool' });
const teardown = (host: Host, intent: Partial<TeardownIntent> = {}): Planned =>
  planTeardown(host, { vg: null, pool: null, loop: false, ...intent }, PROFILE_HEAD);
const undoOf = ({ steps }: Plan): string =>
  steps.flatMap(({ undo }) => undo.map((each) => shellAction(each.do))).join();

test('teardown never removes it, and says how to let go of it', (t) => {
  for (const intent of [{}, { vg: 'docker' }, { vg: 'docker', pool: 'thinpool' }, { pool: 'thinpool' }]) {
    const planned = teardown(adopted(), intent);
    t.deepEqual(planned, {
      kind: 'refused',
      refusals: [
        {
          code: 'not-ours',
          subject: 'docker/thinpool',
          reason: 'dmtool adopted it, and did not make it',
          remedy:
            'lvchange --deltag dmtool --deltag dmtool_adopted docker/thinpool lets go of it, and leaves its profile; lvremove removes it, if it is yours to remove',
        },
      ],
    });
  }
  t.deepEqual(ready(teardown(adopted(), { loop: true })).steps, []);
  t.deepEqual(ready(teardown(adopted(), { pool: 'other' })).steps, []);
});

test('a pool that dmtool made beside it goes alone, and one of nobody’s is refused as such', (t) => {
  const host = adopted();
  const beside = (tags: readonly string[]): Host => ({
    ...host,
    volumeGroups: host.volumeGroups.map((vg) => ({
      ...vg,
      tags: ['dmtool'],
      logicalVolumes: [...vg.logicalVolumes, thinPool('made', 9n, 1n, { tags })],
    })),
  });
  t.deepEqual(
    ready(teardown(beside(['dmtool']))).steps.map(({ id }) => id),
    ['lvremove:made'],
  );
  const both = teardown(beside([]), { vg: 'docker' });
  t.like(both.kind === 'refused' && both.refusals[0], {
    subject: 'docker/thinpool, docker/made',
    reason: 'dmtool did not make it',
  });
});

test('setup finds it as wanted, with the profile that it came with, and never takes it back', (t) => {
  for (const scene of [{}, { profile: typedProfile(70, 2) }, { pool: { profile: 'docker--thinpool-extend' } }]) {
    const host = adopted(scene);
    const plan = ready(planSetup(host, wanted));
    t.deepEqual(plan.steps, []);
    t.is(plan.undoCommand, null);
    t.deepEqual(plan.wayBack, []);
    const unwatched = {
      ...host,
      volumeGroups: host.volumeGroups.map((vg) => ({
        ...vg,
        logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, monitor: '' })),
      })),
    };
    const mending = ready(planSetup(unwatched, wanted));
    t.true(mending.steps.length > 0);
    t.notRegex(undoOf(mending), /lvremove/);
    t.is(mending.endings.done, 'Thin pool docker/thinpool is ready: watched and read back.');
  }
});

test('setup does not write over the file of a profile that was detached: adopt attaches one', (t) => {
  const host = adopted();
  const [vg] = host.volumeGroups;
  const logicalVolumes = vg?.logicalVolumes.map((lv) => ({ ...lv, profile: null })) ?? [];
  const planned = planSetup({ ...host, volumeGroups: [{ ...vg, logicalVolumes } as VolumeGroup] }, wanted);
  t.like(planned.kind === 'refused' && planned.refusals[0], {
    code: 'profile-differs',
    remedy: 'dmtool adopt --pool docker/thinpool attaches one of another name',
  });
});

test('setup on a pool of somebody else names adopt', (t) => {
  const planned = planSetup(typedHost(), wanted);
  t.regex((planned.kind === 'refused' && planned.refusals[0]?.remedy) || '', /dmtool adopt --pool docker\/thinpool$/);
});

test('Docker comes to it and goes from it, and the pool stays', (t) => {
  const host = withDocker(adopted({ status: { usedDataBlocks: 0n } }), { tree: usedTree() });
  const plan = ready(planSetupWithDocker(host, wanted, dockerWish()));
  t.deepEqual(plan.undoCommand, ['dmtool', 'teardown', '--vg', 'docker', '--pool', 'thinpool']);
  t.notRegex([undoOf(plan), ...plan.wayBack.map(shellAction)].join(), /lvremove/);
  const installed = carryOut(host, plan);
  const back = ready(teardown(installed));
  t.is(back.subject, 'Docker leaves thin pool docker/thinpool, which stays');
  t.regex(
    back.endings.done,
    /^Docker is as it was before, and thin pool docker\/thinpool stays, with what was made on it/,
  );
  t.false(back.steps.some(({ id }) => /^lvremove|^profile/.test(id)));
  const after = carryOut(installed, back);
  assertSame({ ...after, thinPools: [] }, { ...host, thinPools: [] } as Host, 'as before');
  t.deepEqual(after.installed, []);
  const killed = cutOff(after, back);
  t.deepEqual(
    ready(teardown(killed)).steps.map(({ id }) => id),
    ['release-pool'],
  );
  t.deepEqual(carryOut(killed, ready(teardown(killed))).ownership, []);
});

test('a record that names it and no engine does not make it dmtool’s', (t) => {
  const { owns } = ready(planSetup(adopted(), wanted));
  const planned = teardown({ ...adopted(), ownership: [owns] });
  t.like(planned.kind === 'refused' && planned.refusals[0], { reason: 'dmtool adopted it, and did not make it' });
});
