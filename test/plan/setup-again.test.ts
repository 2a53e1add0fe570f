import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import { describeCondition, holds } from '../../src/plan/condition.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { deepFreeze } from './hosts.ts';
import { play } from './simulate.ts';
import { anywhere } from './situations.ts';

/** What a host is without the journal, which says nothing of its disks. */
const tangible = ({ ownership, ...host }: Host): Omit<Host, 'ownership'> => host;

const readyPlan = (host: Host, intent: SetupIntent): Plan => {
  const planned = planSetup(host, intent);
  if (planned.kind === 'refused') assert.fail(planned.refusals.map(({ reason }) => reason).join('; '));
  return planned.plan;
};

/** Every situation in which setup does not refuse, with its plan. */
const planned = anywhere
  .map((situation) => ({ ...situation, planned: planSetup(situation.host, situation.intent) }))
  .filter((each) => each.planned.kind === 'ready')
  .map(({ host, intent, planned: ready }) => ({ host, intent, plan: (ready as { plan: Plan }).plan }));

test('LVM takes every step of every plan, and everything that the plan expects is then seen', (t) => {
  fc.assert(
    fc.property(planned, ({ host, plan }) => {
      const after = play(host, plan.steps);
      for (const condition of plan.steps.flatMap(({ expect }) => expect))
        assert.ok(holds(condition, after), describeCondition(condition));
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a host that is as wanted gets an empty plan', (t) => {
  fc.assert(
    fc.property(planned, ({ host, intent, plan }) => {
      const after = play(host, plan.steps);
      assert.deepEqual(readyPlan(after, intent).steps, []);
      assert.deepEqual(readyPlan(after, intent).summary, plan.summary);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a run that was cut off after any step is gone on with, to the same end', (t) => {
  fc.assert(
    fc.property(planned, ({ host, intent, plan }) => {
      const end = tangible(play(host, plan.steps));
      for (let done = 0; done <= plan.steps.length; done += 1) {
        const cut = { ...play(host, plan.steps.slice(0, done)), ownership: [plan.owns] };
        // Other numbers chosen for PVs: the ones in the journal count.
        const rest = readyPlan(cut, { ...intent, newPvUuids: ['later-0', 'later-1', 'later-2'] });
        assert.deepEqual(tangible(play(cut, rest.steps)), end);
        if (done > 0 && done < plan.steps.length) assert.ok(rest.steps.length <= plan.steps.length);
      }
    }),
    { numRuns: 100 },
  );
  t.pass();
});

test('a run that was killed after its last step is only read back', (t) => {
  fc.assert(
    fc.property(planned, ({ host, intent, plan }) => {
      const finished = { ...play(host, plan.steps), ownership: [plan.owns] };
      for (const step of readyPlan(finished, intent).steps) assert.ok(step.onlyIfNeeded, step.id);
    }),
  );
  t.pass();
});

test('planning changes nothing of what it is given, and says the same each time', (t) => {
  fc.assert(
    fc.property(anywhere, ({ host, intent }) => {
      const [frozenHost, frozenIntent] = [deepFreeze(structuredClone(host)), deepFreeze(structuredClone(intent))];
      assert.deepEqual(planSetup(frozenHost, frozenIntent), planSetup(host, intent));
    }),
  );
  t.pass();
});

test('the steps of a plan have names of their own', (t) => {
  fc.assert(
    fc.property(planned, ({ plan }) => {
      const ids = plan.steps.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    }),
  );
  t.pass();
});
