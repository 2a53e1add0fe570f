import test from 'ava';
import { CommandFailed, NotInTime } from '../../src/host/errors.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan, PoolSummary } from '../../src/plan/step.ts';
import {
  renderConsent,
  renderDone,
  renderFailedOutcome,
  renderFailure,
  renderGrowth,
  renderPool,
  renderRefusals,
  renderWarnings,
} from '../../src/report/human.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, wish, writtenDisk } from '../plan/hosts.ts';

const planFor = (host = blankHost([disk('/dev/sdb', GIB)])): Plan =>
  (planSetup(host, wish({ wipe: true })) as { plan: Plan }).plan;
const plan = planFor();
const step = plan.steps[0] as (typeof plan.steps)[0];
const failed = new CommandFailed(['pvcreate', '/dev/sdb'], 5, '  Device is busy.\n  Sorry.\n');

test('each refusal is told with its subject, its reason and its remedy', (t) => {
  const text = renderRefusals([
    { code: 'device-absent', subject: 'sdx', reason: 'there is no /dev/sdx', remedy: 'look at lsblk' },
    { code: 'no-room', subject: 'VG docker', reason: 'it is full', remedy: 'ask for less' },
  ]);
  t.is(
    text,
    'Refused; nothing was changed:\n  sdx: there is no /dev/sdx.\n    -> look at lsblk\n  VG docker: it is full.\n    -> ask for less',
  );
});

test('what somebody typed does not look like a line of ours, nor is it obeyed by a terminal', (t) => {
  const subject = '/dev/x\n    -> reboot\u001b[2J';
  const text = renderRefusals([{ code: 'device-absent', subject, reason: 'there is none', remedy: 'look at lsblk' }]);
  t.is(text.split('\n')[1], String.raw`  /dev/x\x0a    -> reboot\x1b[2J: there is none.`);
});

test('growth is told as it will come', (t) => {
  const growth = (times: number, facts = {}) =>
    renderGrowth({
      thresholdPercent: 80,
      stepPercent: 20,
      times,
      firstStepBytes: bytes(2n * GIB),
      totalBytes: bytes(9n * GIB),
      ...facts,
    });
  t.is(growth(0), "at 80 % LVM adds 20 %,\n          but the VG has no room for it: it can't run");
  t.is(growth(1), 'at 80 % LVM adds 20 %:\n          can extend once, by 2 GiB; then the VG is full');
  t.is(
    growth(2),
    'at 80 % LVM adds 20 %:\n          can extend twice, by 2 GiB first, 9 GiB in all; then the VG is full',
  );
  t.is(
    growth(3),
    'at 80 % LVM adds 20 %:\n          can extend 3 times, by 2 GiB first, 9 GiB in all; then the VG is full',
  );
  t.is(growth(3, { thresholdPercent: 100 }), 'auto-extension is off');
  t.is(growth(0, { stepPercent: 0 }), 'auto-extension is off');
});

test('a pool is told with all of its sizes', (t) => {
  const text = renderPool(plan.summary as PoolSummary);
  for (const part of [
    '968 MiB',
    '1020 MiB',
    '512 KiB',
    '8 MiB',
    '36 MiB',
    '/dev/mapper/docker-thinpool',
    'docker-thinpool.profile',
  ])
    t.true(text.includes(part), part);
});

test('the operator agrees to every step, and to everything that is lost', (t) => {
  const written = planFor(blankHost([writtenDisk('/dev/sdb', GIB)]));
  const text = renderConsent(written);
  for (const { title } of written.steps) t.true(text.includes(title), title);
  t.true(text.includes('everything on /dev/sdb (1 GiB): it carries ext4 "old"'));
});

test('nothing is said of loss where nothing is lost', (t) => {
  const steps = plan.steps.map((each) => ({ ...each, destroys: null }));
  t.notRegex(renderConsent({ ...plan, steps }), /destroyed/);
});

test('a plan without a pool of its own tells what happens to Docker', (t) => {
  const notes = [{ heading: 'Docker stops', lines: ['1 running container: web', 'it comes back'] }];
  const text = renderConsent({ ...plan, summary: null, notes });
  t.true(text.includes('\nDocker stops:\n  1 running container: web\n  it comes back\n'));
  t.notRegex(text, /chunk size 512 KiB,/);
  t.notRegex(renderDone({ ...plan, summary: null, undoCommand: null }, 'done'), /To undo|metadata/);
});

test('warnings are marked, one a line', (t) => {
  t.is(renderWarnings(['one', 'two']), 'Warning: one\nWarning: two');
  t.is(renderWarnings([]), '');
});

test('the end says whether anything was done, and the way back', (t) => {
  t.regex(renderDone(plan, 'done'), /^Thin pool docker\/thinpool is ready/);
  t.regex(renderDone(plan, 'nothing-to-do'), /nothing to do, nothing changed/);
  t.regex(renderDone(plan, 'done'), /\nTo undo: dmtool teardown --vg docker --pool thinpool$/);
  t.notRegex(renderDone(plan, 'nothing-to-do'), /To undo/);
});

test('each failure is told in words of its own, with what the program said', (t) => {
  t.is(renderFailure({ kind: 'interrupted' }), 'Interrupted.');
  t.regex(renderFailure({ kind: 'unreadable', error: new Error('odd') }), /could not be read back: odd/);
  t.regex(
    renderFailure({ kind: 'not-seen', step, condition: step.done }),
    /"Make \/dev\/sdb .*" ran.*physical volume \(device \/dev\/sdb/,
  );
  const text = renderFailure({ kind: 'step-failed', step, error: failed });
  t.regex(text, /pvcreate \/dev\/sdb failed with exit code 5\n/);
  t.true(text.includes('Device is busy.') && text.includes('Sorry.'));
  t.regex(renderFailure({ kind: 'step-failed', step, error: new Error('ENOSPC') }), /failed: ENOSPC$/);
  const late = new NotInTime('docker answers: its service has failed', 'dockerd: no pool\n');
  t.regex(renderFailure({ kind: 'step-failed', step, error: late }), /its service has failed\n {2}dockerd: no pool$/);
});

test('an undone run says that the machine is as before, apart from what was agreed to', (t) => {
  const outcome = { kind: 'undone', failure: { kind: 'interrupted' }, destroyed: [] } as const;
  t.regex(renderFailedOutcome(outcome), /^Everything that this run made was undone: the machine is as before\.$/m);
  t.notRegex(renderFailedOutcome(outcome), /Gone for good/);
  t.regex(
    renderFailedOutcome({ ...outcome, destroyed: ['everything on /dev/sdb'] }),
    /Gone for good.*\n {2}everything on \/dev\/sdb\nEverything else that this run made was undone/,
  );
});

test('past the point of no return the same command is what goes on', (t) => {
  const remove = { kind: 'exec', argv: ['lvremove', '--', 'a/b'] } as const;
  const leftovers = [{ step, remove, error: null }];
  const outcome = { kind: 'partly-done', way: 'forward', failure: { kind: 'interrupted' }, destroyed: [] } as const;
  const text = renderFailedOutcome({ ...outcome, leftovers });
  t.regex(text, /Run the same command again/);
  t.true(text.includes('lvremove -- a/b'));
});

test('what failed apart from the rest is told as that', (t) => {
  const failure = { kind: 'step-failed', step: { ...step, isApart: true }, error: failed } as const;
  const leftovers = [{ step, remove: step.do, error: failed }];
  const text = renderFailedOutcome({ kind: 'partly-done', way: 'forward', failure, destroyed: [], leftovers });
  t.regex(text, /^All the rest is done\./m);
});

test('a run that is partly done says what is left, why, and how to remove it', (t) => {
  const remove = { kind: 'exec', argv: ['pvremove', '--', '/dev/sdb'] } as const;
  const text = renderFailedOutcome({
    kind: 'partly-done',
    way: 'back',
    failure: { kind: 'interrupted' },
    destroyed: [],
    leftovers: [
      { step, remove, error: failed },
      { step, remove, error: new Error('lost') },
      { step, remove, error: null },
    ],
  });
  t.notRegex(text, /as before/);
  t.is(text.split('pvremove -- /dev/sdb').length, 4);
  t.true(text.includes('Device is busy.') && text.includes('lost'));
});
