import test from 'ava';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/model/host.ts';
import { planRepair } from '../../src/plan/repair.ts';
import { ready } from '../plan/docker-runs.ts';
import { failed, illDockerHost, illLvmHost, illRawHost, thinVolume, withStranger } from '../plan/repair-hosts.ts';
import { type IllHost, isIll } from '../plan/simulated/repair.ts';
import { fakeMachine } from './fake-machine.ts';

const volume = { thinDevices: [{ name: 'docker-one', poolName: 'docker-thinpool-tpool' }] };

/** What an operator would miss. */
const seen = (host: Host) => ({
  pools: host.thinPools.map(({ name }) => name),
  active: host.volumeGroups
    .flatMap(({ logicalVolumes }) => logicalVolumes.filter(({ active }) => active).map(({ name }) => name))
    .toSorted(),
  thins: 'trees' in host ? [] : host.thinDevices.map(({ name }) => name),
  containers: (host.docker?.containers ?? []).filter(({ running }) => running).map(({ name }) => name),
  files: host.files.filter(({ content }) => content !== null).map(({ path }) => path),
  loops: host.repair?.loops,
  kept: host.repair?.runs,
  made: isIll(host) ? host.illness.files?.mended : [],
});

const scenes: Record<string, IllHost> = {
  'LVM, a flag': illLvmHost({ isFlagged: true }, volume, [thinVolume('one')]),
  'LVM, full': illLvmHost({ isFull: true, isFlagged: true }),
  'Docker on it': illDockerHost({ isFlagged: true }),
  'on files, a flag': withStranger(illRawHost({ isFlagged: true })),
  'on files, full': withStranger(illRawHost({ isFull: true })),
  'on files, damaged': illRawHost({ isSound: false, isFlagged: true }),
};

for (const [name, host] of Object.entries(scenes)) {
  for (const how of ['fails-before', 'fails-after'] as const) {
    test(`${how}: until metadata are changed all is as before, afterwards the next run goes on: ${name}`, async (t) => {
      const plan = ready(planRepair(host, { pool: null }));
      for (const step of plan.steps) {
        const machine = fakeMachine(host, { at: (_, action) => (action === step.do ? how : undefined) });
        const outcome = await apply(
          plan,
          machine,
          () => {},
          () => false,
        );
        if (outcome.kind === 'done') continue;
        if (outcome.kind === 'undone') {
          t.deepEqual(seen(machine.host), seen(host), step.id);
          t.deepEqual(machine.journal, []);
          continue;
        }
        t.is(outcome.way, 'forward', step.id);
        const again = fakeMachine({ ...machine.host, ownership: machine.journal }, {}, machine.journal);
        const rest = ready(planRepair(again.host, { pool: null }));
        const end = await apply(
          rest,
          again,
          () => {},
          () => false,
        );
        t.is(end.kind, 'done', step.id);
        t.deepEqual(
          { ...seen(again.host), kept: [], files: [], loops: [], made: [] },
          { ...seen(host), kept: [], files: [], loops: [], made: [] },
          step.id,
        );
        t.deepEqual(again.journal, []);
      }
    });
  }
}

test('a pool that can’t come back is told with what brings it back, and its copy stays', async (t) => {
  const host = failed(illLvmHost({ isSound: false }));
  const plan = ready(planRepair(host, { pool: null }));
  const machine = fakeMachine(host, {
    at: (_, action) => (action.kind === 'exec' && action.argv[0] === 'lvconvert' ? 'fails-before' : undefined),
  });
  const outcome = await apply(
    plan,
    machine,
    () => {},
    () => false,
  );
  t.like(outcome, { kind: 'partly-done', way: 'back' } as never);
  t.deepEqual(outcome.kind === 'partly-done' && outcome.leftovers.map(({ step }) => step.id), ['deactivate-pool']);
  t.true(machine.host.repair?.runs[0]?.isCopied);
});
