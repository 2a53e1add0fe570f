import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { CommandFailed } from '../../src/host/errors.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { failureDocument, planDocument, refusalDocument, toJson } from '../../src/report/json.ts';
import { DOCUMENTS } from '../../src/report/schema.ts';
import { GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, wish } from '../plan/hosts.ts';

const plan = (planSetup(blankHost([disk('/dev/sdb', GIB)]), wish()) as { plan: Plan }).plan;
const step = plan.steps[0] as (typeof plan.steps)[0];

test('a number of any size is printed exactly, as a number', (t) => {
  fc.assert(fc.property(fc.bigInt(), (size) => assert.equal(toJson({ size }), `{\n  "size": ${size}\n}\n`)));
  t.pass();
});

test('everything else is JSON as anybody writes it, on one line end', (t) => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(toJson(value), `${JSON.stringify(value, null, 2)}\n`)));
  t.pass();
});

test('a plan is told with sizes, steps as they would be typed, and the way back', (t) => {
  const document = JSON.parse(toJson(planDocument(plan)));
  t.like(document.pool, { vg: 'docker', dataSizeBytes: 968 * 2 ** 20, device: '/dev/mapper/docker-thinpool' });
  t.is(document.steps.length, plan.steps.length);
  t.like(document.steps[0], { id: 'pvcreate:/dev/sdb', destroys: '/dev/sdb (1 GiB) becomes an LVM physical volume' });
  t.regex(document.steps[0].command, /^pvcreate --uuid/);
  t.is(document.undo, 'dmtool teardown --vg docker --pool thinpool');
  t.deepEqual(document.notes, []);
  t.deepEqual(document.warnings, []);
});

test('a plan on Docker is told with its notes, its actions as typed, and no pool where it makes none', (t) => {
  const notes = [{ heading: 'Docker stops', lines: ['web'] }];
  const place = { root: '/d', backup: '/d.bk', isMountPoint: false };
  const steps = [{ ...step, do: { kind: 'bring-back', ...place } as const }];
  const document = JSON.parse(toJson(planDocument({ ...plan, summary: null, notes, steps, undoCommand: null })));
  t.like(document, { pool: null, undo: null, notes });
  t.is(document.steps[0].command, 'rmdir -- /d\nmv --no-target-directory -- /d.bk /d');
});

test('refusals keep their codes', (t) => {
  const refusal = { code: 'no-room', subject: 's', reason: 'r', remedy: 'm' } as const;
  t.deepEqual(refusalDocument([refusal]), { refusals: [refusal] });
});

const failureOf = (failure: Parameters<typeof failureDocument>[0]['failure']) =>
  failureDocument({ kind: 'undone', failure, destroyed: ['d'] }).failure;

test('a failure tells its kind, its step, its command and what the program said', (t) => {
  const error = new CommandFailed(['pvcreate', 'a b'], 5, 'busy');
  t.like(failureOf({ kind: 'step-failed', step, error }), {
    kind: 'step-failed',
    step: 'pvcreate:/dev/sdb',
    command: "pvcreate 'a b'",
    stderr: 'busy',
  });
  t.like(failureOf({ kind: 'step-failed', step, error: new Error('x') }), { step: 'pvcreate:/dev/sdb', command: null });
  t.like(failureOf({ kind: 'not-seen', step, condition: step.done }), {
    kind: 'not-seen',
    expected: 'physical volume (device /dev/sdb, uuid uuid-0)',
  });
  t.like(failureOf({ kind: 'interrupted' }), { kind: 'interrupted', step: null, command: null, stderr: null });
  t.deepEqual(failureOf({ kind: 'interrupted' }).destroyed, ['d']);
  t.deepEqual(failureOf({ kind: 'interrupted' }).leftovers, []);
});

test('what is left is told with the command that removes it', (t) => {
  const remove = { kind: 'exec', argv: ['pvremove', '--', '/dev/sdb'] } as const;
  const leftovers = [
    { step, remove, error: new Error('busy') },
    { step, remove, error: null },
  ];
  const document = failureDocument({
    kind: 'partly-done',
    way: 'back',
    failure: { kind: 'interrupted' },
    destroyed: [],
    leftovers,
  });
  t.deepEqual(document.failure.leftovers, [
    { step: 'pvcreate:/dev/sdb', remove: 'pvremove -- /dev/sdb', message: 'busy' },
    { step: 'pvcreate:/dev/sdb', remove: 'pvremove -- /dev/sdb', message: null },
  ]);
});

test('a repair that is partly done tells its filesystems, as its schema says', (t) => {
  const outcome = { kind: 'partly-done', way: 'forward', destroyed: [] } as const;
  const failure = { kind: 'step-failed', step, error: new Error('x') } as const;
  const document = {
    ...{ version: 1, command: 'repair', exitCode: 4, outcome: 'partly-done' },
    ...failureDocument({ ...outcome, failure, leftovers: [{ step, remove: step.do, error: null }] }),
    ...planDocument(plan),
    filesystems: [{ name: 'a/b', verdict: 'lost', detail: '' }],
  };
  const read = DOCUMENTS.repair.safeParse(JSON.parse(toJson(document)));
  t.true(read.success, read.error?.message);
});
