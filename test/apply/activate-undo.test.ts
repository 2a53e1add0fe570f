import test from 'ava';
import { apply } from '../../src/apply/apply.ts';
import { planActivate } from '../../src/plan/activate.ts';
import { attached, missedPool, rebooted } from '../plan/activation-hosts.ts';
import { ready } from '../plan/docker-runs.ts';
import { fakeMachine, type Trouble } from './fake-machine.ts';

const run = async (host: Parameters<typeof fakeMachine>[0], trouble: Trouble) => {
  const machine = fakeMachine(host, trouble);
  const outcome = await apply(
    ready(planActivate(host, { pool: null })),
    machine,
    () => {},
    () => false,
  );
  return { machine, outcome };
};

test('until the pool is made a failure leaves nothing attached; afterwards it stays', async (t) => {
  const host = rebooted();
  for (const number of [0, 1, 2]) {
    for (const how of ['fails-before', 'fails-after'] as const) {
      const { machine, outcome } = await run(host, { at: (each) => (each === number ? how : undefined) });
      if (number === 2 && how === 'fails-after') {
        t.like(outcome, { kind: 'partly-done', way: 'forward', leftovers: [] } as never);
        t.is(machine.host.thinPools.length, 1);
      } else {
        t.is(outcome.kind, 'undone');
        t.deepEqual(attached(machine.host), []);
      }
    }
  }
});

test('a pool that is there again stays when Docker does not come up', async (t) => {
  const { machine, outcome } = await run(missedPool(), {
    at: (_, action) => (action.kind === 'service' ? 'fails-before' : undefined),
  });
  t.like(outcome, { kind: 'partly-done', way: 'forward' } as never);
  t.true(machine.host.volumeGroups.some(({ logicalVolumes }) => logicalVolumes.some(({ active }) => active)));
});
