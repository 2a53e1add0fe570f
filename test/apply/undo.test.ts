import test from 'ava';
import type { ApplyEvent, Failure } from '../../src/apply/outcome.ts';
import { undo } from '../../src/apply/undo.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, wish, writtenDisk } from '../plan/hosts.ts';
import { perform, play } from '../plan/simulate.ts';
import { fakeMachine, type Trouble } from './fake-machine.ts';

const host = blankHost([disk('/dev/sdb', GIB)]);
const planFor = (before: typeof host) => (planSetup(before, wish({ wipe: true })) as { plan: Plan }).plan;
const { steps } = planFor(host);
const failure: Failure = { kind: 'interrupted' };

/** Takes back so many steps of a host on which so many were run. */
async function takeBack(started: number, run: number, trouble: Trouble = {}) {
  const machine = fakeMachine(play(host, steps.slice(0, run)), trouble);
  const events: ApplyEvent[] = [];
  const outcome = await undo(failure, steps.slice(0, started), machine, (event) => events.push(event));
  const typed = machine.performed.map((action) => (action.kind === 'exec' ? action.argv[0] : action.kind));
  return { machine, outcome, typed, events };
}

const failing = (program: string): Trouble => ({
  at: (_, action) => (action.kind === 'exec' && action.argv[0] === program ? 'fails-before' : undefined),
});

test('everything is taken back, last in, first out', async (t) => {
  const { machine, outcome, typed } = await takeBack(steps.length, steps.length);
  t.deepEqual(typed, ['remove-file', 'lvremove', 'vgremove', 'pvremove', 'dd']);
  t.deepEqual(outcome, { kind: 'undone', failure, destroyed: [] });
  t.deepEqual(machine.host, host);
});

test('only what is there is taken back, however far the last step came', async (t) => {
  for (let started = 1; started <= steps.length; started += 1) {
    for (const run of [started - 1, started]) {
      const { machine, outcome } = await takeBack(started, run);
      t.is(outcome.kind, 'undone');
      t.deepEqual(machine.host, host);
    }
  }
});

test('with nothing to take back nothing is looked at', async (t) => {
  const { outcome, events } = await takeBack(0, 0, { blindFrom: 0 });
  t.is(outcome.kind, 'undone');
  t.deepEqual(events, []);
});

test('of a disk that can not be read any more nobody says that it is as before', async (t) => {
  const made = play(host, steps.slice(0, 2));
  for (const kind of ['unreadable', 'absent'] as const) {
    const gone = { kind, asked: 'sdb', path: '/dev/sdb', error: 'EIO' } as const;
    const machine = fakeMachine({ ...made, devices: [gone], physicalVolumes: [], volumeGroups: [] });
    const outcome = await undo(failure, steps.slice(0, 2), machine, () => {});
    t.deepEqual(machine.performed, []);
    t.is(outcome.kind, 'partly-done');
    const left = outcome.kind === 'partly-done' ? outcome.leftovers : [];
    t.deepEqual(
      left.map(({ step }) => step.id),
      ['vgcreate', 'pvcreate:/dev/sdb', 'pvcreate:/dev/sdb'],
    );
    t.regex(left[0]?.error?.message ?? '', /^sdb can't be read now: this may be there still/);
  }
});

test('each action of undo is told', async (t) => {
  const { events } = await takeBack(2, 2);
  t.deepEqual(
    events.map((event) => (event.kind === 'undoing' ? event.step.id : event.kind)),
    ['undo-started', 'vgcreate', 'pvcreate:/dev/sdb', 'pvcreate:/dev/sdb'],
  );
});

test('what can not be taken back is told with its command and the reason, and the rest is tried', async (t) => {
  const { machine, outcome } = await takeBack(steps.length, steps.length, failing('lvremove'));
  t.is(outcome.kind, 'partly-done');
  const left = outcome.kind === 'partly-done' ? outcome.leftovers : [];
  t.is(left[0]?.step.id, 'lvconvert');
  t.is(left[0]?.error?.name, 'CommandFailed');
  t.deepEqual(left[0]?.remove, { kind: 'exec', argv: ['lvremove', '--yes', '--', 'docker/thinpool'] });
  t.is(machine.host.files[0]?.content, null);
  t.true(left.some(({ step }) => step.id === 'vgcreate'));
});

test('a PV that could not be removed is not written over', async (t) => {
  const { typed, machine } = await takeBack(1, 1, failing('pvremove'));
  t.deepEqual(typed, ['pvremove']);
  t.is(machine.host.physicalVolumes.length, 1);
});

test('a PV that vgcreate made by itself, because pvcreate had done nothing, goes with its VG', async (t) => {
  const takeBackOwn = async (trouble: Trouble = {}) => {
    const machine = fakeMachine(perform(host, (steps[1] as (typeof steps)[0]).do), trouble);
    return { machine, outcome: await undo(failure, steps.slice(0, 2), machine, () => {}) };
  };
  const { machine, outcome } = await takeBackOwn();
  t.is(outcome.kind, 'undone');
  t.deepEqual(machine.host, host);
  const stuck = (await takeBackOwn(failing('pvremove'))).outcome;
  const left = stuck.kind === 'partly-done' ? stuck.leftovers : [];
  t.deepEqual(
    left.map(({ step, error }) => [step.id, error?.name]),
    [
      ['pvcreate:/dev/sdb', 'CommandFailed'],
      ['pvcreate:/dev/sdb', undefined],
    ],
  );
});

test('a command that went well and left the thing there is told as left, without an error', async (t) => {
  const { outcome } = await takeBack(2, 2, {
    at: (_, action) => (action.kind === 'exec' && action.argv[0] === 'vgremove' ? 'lies' : undefined),
  });
  const left = outcome.kind === 'partly-done' ? outcome.leftovers : [];
  t.deepEqual(left.find(({ step }) => step.id === 'vgcreate')?.error, null);
});

test('where nothing can be seen nothing is touched, and all of it is told as left', async (t) => {
  const { typed, outcome } = await takeBack(2, 2, { blindFrom: 0 });
  t.deepEqual(typed, []);
  t.is(outcome.kind === 'partly-done' && outcome.leftovers.length, 3);
});

test('what was wiped is told as gone for good', async (t) => {
  const written = blankHost([writtenDisk('/dev/sdb', GIB)]);
  const plan = planFor(written);
  const machine = fakeMachine(play(written, plan.steps.slice(0, 4)));
  const { destroyed } = await undo(failure, plan.steps.slice(0, 4), machine, () => {});
  t.deepEqual(destroyed, ['everything on /dev/sdb (1 GiB): it carries ext4 "old"']);
  t.deepEqual(machine.host, host);
});

test('a disk that the wipe never reached is not told as gone', async (t) => {
  const written = blankHost([writtenDisk('/dev/sdb', GIB)]);
  const { destroyed } = await undo(failure, planFor(written).steps.slice(0, 1), fakeMachine(written), () => {});
  t.deepEqual(destroyed, []);
  const blind = fakeMachine(written, { blindFrom: 0 });
  t.is((await undo(failure, planFor(written).steps.slice(0, 1), blind, () => {})).destroyed.length, 1);
});

test('data without a known signature is told as gone once it is written over', async (t) => {
  const raw = blankHost([disk('/dev/sdb', GIB, { edges: 'data' })]);
  const wipe = planFor(raw).steps.slice(0, 3);
  const { destroyed } = await undo(failure, wipe, fakeMachine(play(raw, wipe)), () => {});
  t.is(destroyed.length, 1);
});

test('what only clears the way is tried, and no reason to leave the rest when it fails or nothing can be seen', async (t) => {
  const clearing = { kind: 'exec', argv: ['clear'] } as const;
  const [first] = steps as [(typeof steps)[0]];
  const eased = {
    ...first,
    undo: [{ when: { is: 'docker-stopped' }, eases: true, do: clearing } as const, ...first.undo],
  };
  const always = { ...eased, undo: eased.undo.map((each) => (each.eases ? { ...each, when: first.done } : each)) };
  const machine = fakeMachine(play(host, steps.slice(0, 1)), failing('clear'));
  t.is((await undo(failure, [always], machine, () => {})).kind, 'undone');
  t.deepEqual(machine.performed[0], clearing);
  t.deepEqual(machine.host, host);
  const unneeded = fakeMachine(play(host, steps.slice(0, 1)));
  await undo(failure, [eased], unneeded, () => {});
  t.false(unneeded.performed.includes(clearing));
  const blind = await undo(failure, [always], fakeMachine(host, { blindFrom: 0 }), () => {});
  const left = blind.kind === 'partly-done' ? blind.leftovers : [];
  t.deepEqual(
    left.map(({ remove }) => remove),
    first.undo.map((each) => each.do),
  );
});
