import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { apply } from '../../src/apply/apply.ts';
import type { ApplyEvent } from '../../src/apply/outcome.ts';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, wish } from '../plan/hosts.ts';
import { play } from '../plan/simulate.ts';
import { anywhere } from '../plan/situations.ts';
import { type FakeMachine, fakeMachine, type Trouble } from './fake-machine.ts';

const host = blankHost([disk('/dev/sdb', GIB)]);
const ready = (planned: ReturnType<typeof planSetup>): Plan => (planned as { plan: Plan }).plan;
const plan = ready(planSetup(host, wish()));
const never = () => false;
const at = (number: number, trouble: 'fails-before' | 'fails-after' | 'lies'): Trouble => ({
  at: (each) => (each === number ? trouble : undefined),
});

async function run(machine: FakeMachine, interrupted: () => boolean = never) {
  const events: ApplyEvent[] = [];
  const outcome = await apply(plan, machine, (event) => events.push(event), interrupted);
  const told = events.map((event) => ('step' in event ? `${event.kind} ${event.step.id}` : event.kind));
  return { outcome, told };
}

test('a plan that goes well is carried out, read back, and owned no more', async (t) => {
  const machine = fakeMachine(host);
  const { outcome, told } = await run(machine);
  t.is(outcome.kind, 'done');
  t.is(outcome.kind === 'done' && outcome.host, machine.host);
  t.deepEqual(machine.journal, []);
  t.is(told[0], 'step-started pvcreate:/dev/sdb');
  t.is(told.at(-1), 'step-ended refresh');
});

test('a step that an earlier one has brought about is left out, and told as skipped', async (t) => {
  const machine = fakeMachine(host);
  await run(machine);
  const typed = machine.performed.map((action) => (action.kind === 'exec' ? action.argv.join(' ') : action.kind));
  t.false(typed.some((line) => /lvchange --(monitor|refresh)/.test(line)));
  t.is(machine.performed.length, plan.steps.length - 2);
});

test('a step that is needed after all is run', async (t) => {
  const machine = fakeMachine(host);
  const { perform } = machine;
  // An activation that does not get as far as dmeventd.
  machine.perform = (action) =>
    perform(
      action.kind === 'exec' && action.argv[0] === 'lvchange' && action.argv.includes('--activate')
        ? {
            kind: 'exec',
            argv: [
              'lvchange',
              '--metadataprofile',
              'docker-thinpool',
              '--addtag',
              'dmtool',
              '--activate',
              'y',
              '--',
              'docker/thinpool',
            ],
          }
        : action,
    );
  t.is((await run(machine)).outcome.kind, 'done');
  t.true(machine.performed.some((action) => action.kind === 'exec' && action.argv[1] === '--monitor'));
});

test('what a run will own is written down before its first change', async (t) => {
  const machine = fakeMachine(host);
  const { perform } = machine;
  let known: unknown;
  machine.perform = (action) => {
    known ??= machine.journal[0];
    return perform(action);
  };
  await run(machine);
  t.is(known, plan.owns);
});

test('a step that says no ends the run, and everything before it is taken back', async (t) => {
  for (let number = 0; number < plan.steps.length - 2; number += 1) {
    for (const trouble of ['fails-before', 'fails-after'] as const) {
      const machine = fakeMachine(host, at(number, trouble));
      const { outcome, told } = await run(machine);
      t.is(outcome.kind, 'undone');
      t.like(outcome, { failure: { kind: 'step-failed', error: { exitCode: 5 } } } as never);
      t.true(told.includes(`step-failed ${plan.steps[number]?.id}`));
      t.deepEqual(machine.host, host);
      t.deepEqual(machine.journal, []);
    }
  }
});

test('a step that lied is found out in the end, and everything is taken back', async (t) => {
  // The two that the next step does not stumble over: vgcreate makes a missing PV by itself, with a UUID of its own.
  for (const id of ['pvcreate:/dev/sdb', 'activate']) {
    const machine = fakeMachine(
      host,
      at(
        plan.steps.findIndex((step) => step.id === id),
        'lies',
      ),
    );
    const { outcome } = await run(machine);
    t.like(outcome, { kind: 'undone', failure: { kind: 'not-seen', step: { id } } } as never);
    t.deepEqual(machine.host, host);
  }
});

test('an interrupt lets the running step end, and then takes everything back', async (t) => {
  for (let number = 0; number < plan.steps.length; number += 1) {
    let asked = 0;
    const machine = fakeMachine(host);
    const { outcome } = await run(machine, () => asked++ === number);
    t.like(outcome, { kind: 'undone', failure: { kind: 'interrupted' } });
    t.deepEqual(machine.host, host);
  }
});

test('where nothing can be seen in the middle of a run nothing is taken back blindly', async (t) => {
  const machine = fakeMachine(host, { blindFrom: 0 });
  const { outcome } = await run(machine);
  t.is(outcome.kind, 'partly-done');
  t.like(outcome, { failure: { kind: 'step-failed', step: { id: 'monitor' } } } as never);
  t.true(machine.host.volumeGroups.length > 0);
  t.deepEqual(machine.journal, [plan.owns]);
});

test('a record that can not be closed does not make a failure of a run that went well', async (t) => {
  const machine = fakeMachine(host);
  machine.forgetOwnership = () => {
    throw new Error('read-only file system');
  };
  const { outcome, told } = await run(machine);
  t.is(outcome.kind, 'done');
  t.is(told.at(-1), 'journal-stuck');
});

test('when the last look fails, the run has not succeeded', async (t) => {
  const { steps, ...rest } = plan;
  const short = { ...rest, steps: steps.slice(0, 2) };
  const machine = fakeMachine(host, { blindFrom: 0 });
  const outcome = await apply(short, machine, () => {}, never);
  t.like(outcome, {
    kind: 'partly-done',
    failure: { kind: 'unreadable', error: { message: 'nothing can be seen' } },
  } as never);
});

test('an undo that fails leaves a record, and says what is left', async (t) => {
  const machine = fakeMachine(host, {
    at: (number, action) => {
      if (number === 3) return 'fails-before';
      return action.kind === 'exec' && action.argv[0] === 'vgremove' ? 'fails-before' : undefined;
    },
  });
  const { outcome } = await run(machine);
  t.is(outcome.kind, 'partly-done');
  t.deepEqual(machine.journal, [plan.owns]);
  const left = outcome.kind === 'partly-done' ? outcome.leftovers.map(({ step, error }) => [step.id, error?.name]) : [];
  t.deepEqual(left.at(0), ['vgcreate', 'CommandFailed']);
});

test('a run that goes on with an earlier one, and fails, leaves the earlier record as it was', async (t) => {
  const cut = play(host, plan.steps.slice(0, 1));
  const earlier = structuredClone(plan.owns);
  const rest = ready(planSetup({ ...cut, ownership: [earlier] }, wish()));
  const machine = fakeMachine(cut, at(0, 'fails-before'), [earlier]);
  t.is((await apply(rest, machine, () => {}, never)).kind, 'undone');
  t.deepEqual(machine.host, cut);
  t.is(machine.journal.length, 1);
  t.is(machine.journal[0], earlier);

  const well = fakeMachine(cut, {}, [earlier]);
  t.is((await apply(rest, well, () => {}, never)).kind, 'done');
  t.deepEqual(well.journal, []);
});

test('an interrupt during the last step counts: the operator was told that the run is undone', async (t) => {
  const machine = fakeMachine(host);
  const { outcome } = await run(machine, () => machine.performed.length === plan.steps.length - 2);
  t.like(outcome, { kind: 'undone', failure: { kind: 'interrupted' } });
  t.deepEqual(machine.host, host);
});

test('wherever any plan fails, before or after its effect, the host is as before', async (t) => {
  const situations = anywhere
    .map(({ host: before, intent }) => ({ before, planned: planSetup(before, intent) }))
    .filter(({ planned }) => planned.kind === 'ready');
  const trouble = fc.constantFrom('fails-before', 'fails-after');
  await fc.assert(
    fc.asyncProperty(situations, fc.nat({ max: 14 }), trouble, async ({ before, planned }, number, how) => {
      const { plan: each } = planned as { plan: Plan };
      const machine = fakeMachine(before, at(number, how));
      const outcome = await apply(each, machine, () => {}, never);
      if (outcome.kind === 'done') return assert.ok(machine.performed.length <= number);
      assert.equal(outcome.kind, 'undone');
      // What was wiped stays wiped; nothing else differs.
      const wiped = new Set(
        machine.performed.flatMap((action) => (action.kind === 'exec' ? [action.argv.at(-1), ...action.argv] : [])),
      );
      for (const [index, device] of machine.host.devices.entries())
        if (!wiped.has('wipefs') || !wiped.has(device.path)) assert.deepEqual(device, before.devices[index]);
      assert.deepEqual({ ...machine.host, devices: [] }, { ...before, devices: [] });
      assert.deepEqual(machine.journal, []);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a run that removes a pool closes the records of those that were cut off on it', async (t) => {
  const other = (name: string): OwnershipRecord => ({ name, pool: null, docker: null });
  const stale = other('resize of docker/thinpool');
  const machine = fakeMachine(host, {}, [stale, other('resize of other/pool')]);
  await apply({ ...plan, alsoForgets: [stale] }, machine, () => {}, never);
  t.deepEqual(
    machine.journal.map(({ name }) => name),
    ['resize of other/pool'],
  );
});
