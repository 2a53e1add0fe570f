import test from 'ava';
import { findingsOf, findingsOfLvm } from '../../src/health/findings.ts';
import type { PoolReport } from '../../src/health/pool-report.ts';
import { renderNagios } from '../../src/report/nagios.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { type AlertRange, parseRange } from '../../src/units/range.ts';
import { poolReport, survey } from '../health/surveys.ts';

const usage = (usedPercent: number) => ({ usedBytes: bytes(GIB), totalBytes: bytes(2n * GIB), usedPercent });
const pool = (facts: Partial<PoolReport> = {}): PoolReport =>
  poolReport({
    data: usage(50),
    metadata: usage(10.5),
    vg: { name: 'docker', sizeBytes: bytes(GIB), freeBytes: bytes(0), freePercent: 3.5 },
    outlook: { kind: 'off' },
    ...facts,
  });
const facts = { absent: null, wish: {}, notes: ['read without the lock'] } as const;

test('one line: the state, what matters, and performance data with its thresholds', (t) => {
  t.is(
    renderNagios({ ...facts, state: 'OK', pools: [pool()], findings: [] }, false),
    "THINPOOL OK - docker/thinpool data 50 % metadata 10.5 % | 'docker/thinpool data'=50%;80;90;0;100 'docker/thinpool data_bytes'=1073741824B;1717986918;1932735283;0;2147483648 'docker/thinpool metadata'=10.5%;75;90;0;100 'docker/thinpool metadata_bytes'=1073741824B;1610612736;1932735283;0;2147483648 'docker/thinpool vg_free'=3.5%;;;0;100",
  );
  const wish = {
    vg: { warning: parseRange('5:') as AlertRange },
    data: { critical: parseRange('@95:') as AlertRange },
  };
  const text = renderNagios({ ...facts, wish, state: 'OK', pools: [pool()], findings: [] }, false);
  t.true(text.includes("'docker/thinpool vg_free'=3.5%;5:;;0;100"));
  t.true(text.includes("'docker/thinpool data'=50%;80;@95:;0;100"));
  t.true(text.includes("'docker/thinpool data_bytes'=1073741824B;1717986918;@2040109465:;0;2147483648"));
});

test('what is about LVM names it once', (t) => {
  const lvmDoubt = { kind: 'no-answer', seconds: 7, words: '' } as const;
  const findings = findingsOfLvm(survey({ lvmDoubt }));
  t.regex(
    renderNagios({ ...facts, state: 'UNKNOWN', pools: [], findings }, false),
    /^THINPOOL UNKNOWN - LVM did not answer within 7 s/,
  );
  const failed = { kind: 'failed', program: 'lvm fullreport', exitCode: 5, words: '' } as const;
  t.regex(
    renderNagios(
      { ...facts, state: 'UNKNOWN', pools: [pool()], findings: findingsOfLvm(survey({ lvmDoubt: failed })) },
      false,
    ),
    /^THINPOOL UNKNOWN - lvm fullreport failed with exit code 5;/,
  );
});

test('a pool is named, also where what is said of it begins alike', (t) => {
  const pools = [pool({ name: 'data', data: usage(85) })];
  const findings = pools.flatMap((each) => findingsOf(each, survey(), {}));
  t.regex(
    renderNagios({ ...facts, state: 'WARNING', pools, findings }, false),
    /^THINPOOL WARNING - data data is 85 % full/,
  );
});

test('the worst finding is in the line, the others are counted, and told with -v', (t) => {
  const pools = [pool({ mode: 'ro', needsCheck: true, data: usage(85) })];
  const findings = pools.flatMap((each) => findingsOf(each, survey(), {}));
  const [line, ...rest] = renderNagios({ ...facts, state: 'CRITICAL', pools, findings }, true).split('\n');
  t.regex(line ?? '', /^THINPOOL CRITICAL - docker\/thinpool its metadata need a check; [^|]* \(and 1 more\) \| /);
  t.is(rest[0], 'read without the lock');
  t.deepEqual(
    rest.slice(1).map((each) => each.split(' ').slice(0, 2).join(' ')),
    ['CRITICAL DM102', 'CRITICAL DM101', 'WARNING DM104', 'INFO DM118'],
  );
  t.is(
    renderNagios({ ...facts, state: 'CRITICAL', pools, findings: findings.slice(0, 1) }, false).split(' (and').length,
    1,
  );
});

test('no line of -v has a bar in it: what comes after one would be taken for performance data', (t) => {
  const pools = [pool({ name: 'odd|pool', mode: 'fail' })];
  const findings = pools.flatMap((each) => findingsOf(each, survey(), {}));
  t.true(findings[0]?.remedy.includes('|'));
  const [, ...rest] = renderNagios({ ...facts, state: 'CRITICAL', pools, findings }, true).split('\n');
  t.regex(rest[1] ?? '', /^CRITICAL DM103 odd pool: it has failed: .* -> dmtool explain DM103$/);
  t.false(rest.join('\n').includes('|'));
});

test('hosts without a pool, with several, and with one that does not run', (t) => {
  t.is(
    renderNagios({ ...facts, state: 'UNKNOWN', pools: [], findings: [] }, false),
    'THINPOOL UNKNOWN - no thin pool on this host',
  );
  const absent = 'no thin pool typo on this host; there is docker/thinpool';
  t.is(
    renderNagios({ ...facts, absent, state: 'UNKNOWN', pools: [], findings: [] }, false),
    `THINPOOL UNKNOWN - ${absent}`,
  );
  t.regex(
    renderNagios({ ...facts, state: 'OK', pools: [pool(), pool()], findings: [] }, false),
    /^THINPOOL OK - 2 thin pools \|/,
  );
  const off = pool({ mode: 'inactive', data: null, metadata: null, vg: null });
  t.is(renderNagios({ ...facts, state: 'OK', pools: [off], findings: [] }, false), 'THINPOOL OK - docker/thinpool');
});

test('nothing in a name or a text can end the line, or begin the data', (t) => {
  const odd = pool({ name: "a'b=c|d", vg: null, metadata: null });
  const finding = {
    pool: odd.name,
    code: 'DM109',
    state: 'WARNING',
    text: 'one\ntwo | three',
    remedy: '',
    facts: {},
  } as const;
  const text = renderNagios({ ...facts, state: 'WARNING', pools: [odd], findings: [finding] }, false);
  t.is(text.split('\n').length, 1);
  t.is(text.split(' | ')[1]?.split(' ')[0], "'a''b_c_d");
});
