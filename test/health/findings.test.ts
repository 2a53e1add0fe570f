import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type Finding, type State, worstState } from '../../src/health/finding.ts';
import { findingsOf, findingsOfLvm } from '../../src/health/findings.ts';
import { type PoolReport, reportPools } from '../../src/health/pool-report.ts';
import { isLvmSilent, type LvmDoubt } from '../../src/model/pool-survey.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { bytes } from '../../src/units/quantity.ts';
import { type AlertRange, parseRange } from '../../src/units/range.ts';
import { corrupted } from '../tools/corrupt.ts';
import { recorded } from '../tools/recorded.ts';
import { poolReport, survey } from './surveys.ts';

const usage = (usedPercent: number) => ({ usedBytes: bytes(0), totalBytes: bytes(0), usedPercent });

const pool = poolReport;

const codes = (facts: Partial<PoolReport>): string[] =>
  findingsOf(pool(facts), survey(), {}).map(({ state, code }) => `${state} ${code}`);

test('a healthy pool has no findings', (t) => {
  t.deepEqual(findingsOf(pool(), survey(), {}), []);
});

test('each ill mode is a finding of its own weight', (t) => {
  t.deepEqual(codes({ mode: 'ro' }), ['CRITICAL DM101']);
  t.deepEqual(codes({ mode: 'out_of_data_space', shortage: { kind: 'waits', secondsLeft: 3 } }), ['CRITICAL DM113']);
  t.deepEqual(codes({ mode: 'fail', data: null, metadata: null }), ['CRITICAL DM103']);
  t.deepEqual(codes({ mode: 'error', data: null, metadata: null }), ['CRITICAL DM103']);
  t.deepEqual(codes({ mode: 'inactive', data: null, metadata: null }), ['WARNING DM106']);
  t.deepEqual(codes({ mode: 'unreadable', data: null, metadata: null }), ['UNKNOWN DM107']);
});

test('metadata that needs a check is told beside the mode', (t) => {
  t.deepEqual(codes({ mode: 'ro', needsCheck: true }), ['CRITICAL DM102', 'CRITICAL DM101']);
  t.deepEqual(codes({ needsCheck: true }), ['CRITICAL DM102']);
});

test('data warns above 80 % and is critical above 90 %, metadata above 75 % and 90 %', (t) => {
  t.deepEqual(codes({ data: usage(80), metadata: usage(75) }), []);
  t.deepEqual(codes({ data: usage(80.01), metadata: usage(75.01) }), ['WARNING DM104', 'WARNING DM105']);
  t.deepEqual(codes({ data: usage(90), metadata: usage(90) }), ['WARNING DM104', 'WARNING DM105']);
  t.deepEqual(codes({ data: usage(90.01), metadata: usage(90.01) }), ['CRITICAL DM104', 'CRITICAL DM105']);
});

const rule = { thresholdPercent: 80, stepPercent: 3 };
const vg = { name: 'docker', sizeBytes: bytes(100), freeBytes: bytes(4), freePercent: 4 };

test('where LVM can extend it, nobody is woken before 85 %; what was asked for holds all the same', (t) => {
  const outlook = { kind: 'can', rule, times: 1, totalBytes: bytes(1) } as const;
  t.deepEqual(codes({ data: usage(85), outlook }), []);
  t.deepEqual(codes({ data: usage(85.01), outlook }), ['WARNING DM104']);
  const asked = findingsOf(pool({ data: usage(70), outlook, vg }), survey(), {
    data: { warning: parseRange('60') as AlertRange },
    vg: { critical: parseRange('5:') as AlertRange },
  });
  t.deepEqual(
    asked.map(({ code, state }) => [code, state]),
    [
      ['DM104', 'WARNING'],
      ['DM111', 'CRITICAL'],
    ],
  );
  const warned = findingsOf(pool({ vg }), survey(), { vg: { warning: parseRange('5:') as AlertRange } });
  t.deepEqual(
    warned.map(({ code, state }) => [code, state]),
    [['DM111', 'WARNING']],
  );
});

test('an auto-extension that was arranged and can not run is told', (t) => {
  t.deepEqual(codes({ outlook: { kind: 'not-watched', rule } }), ['WARNING DM109']);
  t.deepEqual(codes({ outlook: { kind: 'profile-unread', profile: 'p' } }), ['WARNING DM110']);
  const noRoom = { kind: 'no-room', rule, stepBytes: bytes(1) } as const;
  t.deepEqual(codes({ outlook: noRoom, vg, data: usage(79) }), ['INFO DM108']);
  t.deepEqual(codes({ outlook: noRoom, vg, data: usage(80) }), ['WARNING DM108']);
  t.deepEqual(codes({ outlook: noRoom, data: usage(80) }), ['WARNING DM108']);
  t.deepEqual(codes({ outlook: noRoom, vg, data: null, mode: 'inactive' }), ['WARNING DM106', 'INFO DM108']);
  t.deepEqual(codes({ outlook: { kind: 'off' } }), ['INFO DM118']);
});

test('an LVM that does not answer is nothing that could be OK', (t) => {
  t.deepEqual(findingsOfLvm(survey()), []);
  t.deepEqual(findingsOfLvm(survey({ lvmDoubt: { kind: 'without-lock' } })), []);
  t.deepEqual(findingsOfLvm(survey({ lvmDoubt: { kind: 'absent' } })), []);
  t.like(findingsOfLvm(survey({ lvmDoubt: { kind: 'absent' }, lvmPools: new Set(['docker-thinpool']) }))[0], {
    code: 'DM112',
    state: 'UNKNOWN',
  });
  const silent = { kind: 'no-answer', seconds: 6, words: '' } as const;
  t.like(findingsOfLvm(survey({ lvmDoubt: silent }))[0], {
    code: 'DM112',
    state: 'UNKNOWN',
    text: 'LVM did not answer within 6 s: what is told comes from the kernel alone',
    remedy: 'dmsetup info',
  });
  t.like(findingsOfLvm(survey({ lvmDoubt: { ...silent, words: 'No input.' }, dmeventd: 'silent' }))[0], {
    text: 'LVM did not answer within 6 s (No input.): what is told comes from the kernel alone',
    remedy: 'kill -9 "$(cat /run/dmeventd.pid)" && vgchange --monitor y',
  });
});

test('an LVM that fails, or says what nobody can read, is told in its own words', (t) => {
  const failed = { kind: 'failed', program: 'lvm fullreport', exitCode: 5, words: 'Parse error at byte 7' } as const;
  t.deepEqual(findingsOfLvm(survey({ lvmDoubt: failed })), [
    {
      pool: 'LVM',
      code: 'DM112',
      state: 'UNKNOWN',
      text: 'lvm fullreport failed with exit code 5: Parse error at byte 7; what only it would tell is not known',
      remedy: 'lvm fullreport',
      facts: { exitCode: 5 },
    },
  ]);
  t.regex(findingsOfLvm(survey({ lvmDoubt: { ...failed, words: '' } }))[0]?.text ?? '', /exit code 5; what/);
  const unreadable = { kind: 'unreadable', program: 'lvm fullreport', words: 'no report' } as const;
  t.like(findingsOfLvm(survey({ lvmDoubt: unreadable }))[0], {
    code: 'DM112',
    state: 'UNKNOWN',
    text: "lvm fullreport answered something that can't be read (no report); what only it would tell is not known",
  });
  t.deepEqual(
    [null, { kind: 'absent' }, { kind: 'without-lock' }, failed, unreadable].map((doubt) =>
      isLvmSilent(doubt as LvmDoubt | null),
    ),
    [false, false, false, true, true],
  );
});

test('a running pool that does not say how full it is is not told as well', (t) => {
  t.deepEqual(codes({ data: null }), ['UNKNOWN DM107']);
  t.deepEqual(codes({ mode: 'ro', metadata: null }), ['CRITICAL DM101', 'UNKNOWN DM107']);
});

test('each finding says which pool, what is wrong and what to do', (t) => {
  const ill = pool({ mode: 'out_of_data_space', needsCheck: true, data: usage(100), metadata: usage(100) });
  const findings: readonly Finding[] = findingsOf(ill, survey(), {});
  t.is(findings.length, 4);
  for (const { pool: name, text, remedy } of findings) {
    t.is(name, 'docker/thinpool');
    t.true(text.length > 0 && remedy.length > 0);
  }
});

test('the worst state wins, and none at all is OK', (t) => {
  t.is(worstState([]), 'OK');
  t.is(worstState(['INFO']), 'OK');
  t.is(worstState(['INFO', 'WARNING']), 'WARNING');
  t.is(worstState(['UNKNOWN', 'WARNING']), 'UNKNOWN');
  t.is(worstState(['UNKNOWN', 'CRITICAL', 'WARNING']), 'CRITICAL');
});

const stateOf = (table: string, status: string): State =>
  worstState(
    reportPools(survey({ thinPools: parseThinPools(table, status) }))
      .flatMap((each) => findingsOf(each, survey(), {}))
      .map(({ state }) => state),
  );

test('each recorded illness is told with its weight, from what the kernel really said', (t) => {
  const expected: readonly [string, State][] = [
    ['finished-pool', 'OK'],
    ['loop-pool', 'OK'],
    ['full-queueing', 'CRITICAL'],
    ['full-timed-out', 'CRITICAL'],
    ['metadata-full', 'CRITICAL'],
    ['needs-check', 'CRITICAL'],
    ['failed', 'CRITICAL'],
  ];
  for (const [name, state] of expected) {
    const tables = recorded('dmsetup', `${name}.table`);
    const statuses = recorded('dmsetup', `${name}.status`);
    for (const [index, table] of tables.entries()) t.is(stateOf(table, statuses[index] as string), state, name);
  }
});

test('a failed pool never becomes OK, however its table is bent and its status is cut', (t) => {
  const table = recorded('dmsetup', 'failed.table')[0] as string;
  const status = 'pool: 0 131072 thin-pool Fail';
  const end = fc.integer({ min: 'pool:'.length, max: status.length });
  fc.assert(
    fc.property(corrupted(table), end, (bent, length) => {
      assert.notEqual(stateOrRefusal(bent, status.slice(0, length)), 'OK');
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a full pool never becomes OK, however its table is bent', (t) => {
  const table = recorded('dmsetup', 'full-timed-out.table')[0] as string;
  const status = recorded('dmsetup', 'full-timed-out.status')[0] as string;
  fc.assert(
    fc.property(corrupted(table), (bent) => assert.notEqual(stateOrRefusal(bent, status), 'OK')),
    { numRuns: 300 },
  );
  t.pass();
});

function stateOrRefusal(table: string, status: string): State | 'refused' {
  try {
    return stateOf(table, status);
  } catch (error) {
    assert.ok(error instanceof UnreadableOutput, String(error));
    return 'refused';
  }
}
