import test from 'ava';
import { worstState } from '../../src/health/finding.ts';
import { findingsOf } from '../../src/health/findings.ts';
import type { Outlook } from '../../src/health/outlook.ts';
import type { PoolReport } from '../../src/health/pool-report.ts';
import { reportPools } from '../../src/health/pool-report.ts';
import { renderStatus } from '../../src/report/status.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { survey } from '../health/surveys.ts';
import { recorded } from '../tools/recorded.ts';

function status(...names: readonly string[]): string {
  const thinPools = names.flatMap((name) =>
    parseThinPools(
      recorded('dmsetup', `${name}.table`)[0] as string,
      recorded('dmsetup', `${name}.status`)[0] as string,
    ),
  );
  const pools = reportPools(survey({ thinPools }));
  const findings = pools.flatMap((pool) => findingsOf(pool, survey(), {}));
  return renderStatus({
    state: worstState(findings.map(({ state }) => state)),
    pools,
    absent: null,
    findings,
    wish: {},
    notes: [],
  });
}

const nothing = { state: 'UNKNOWN', absent: null, findings: [], wish: {}, notes: [] } as const;

test('the verdict comes first, with the number of pools', (t) => {
  t.regex(status('loop-pool'), /^OK: 1 thin pool, 1 finding\n/);
  t.regex(status('loop-pool', 'full-queueing'), /^CRITICAL: 2 thin pools, \d findings\n/);
  t.is(renderStatus({ ...nothing, pools: [] }), 'UNKNOWN: no thin pool on this host');
});

test('a healthy pool is told with its kind, its mode and how full it is', (t) => {
  t.is(
    status('loop-pool'),
    [
      'OK: 1 thin pool, 1 finding',
      'docker-8:1-123-pool (loop devices, Docker)',
      '  data     [------------------------|--!--] 0 % of 100 MiB used',
      '  metadata [####-------------------|---!--] 11.91 % of 2 MiB used',
      '  mode     rw, chunk size 64 KiB',
      '  on       7:1, 7:0',
      '  INFO DM122: it is kept in files on loop devices, which is slow, and not meant for production',
      '    -> dmtool setup --device /dev/NEW --dry-run',
    ].join('\n'),
  );
});

test('each finding is told with its code and its remedy, under its own pool', (t) => {
  const text = status('loop-pool', 'needs-check');
  t.regex(text, /mode {5}ro, needs_check/);
  t.true(text.indexOf('CRITICAL DM102') > text.indexOf('\npool (raw device-mapper)'));
  t.regex(text, /DM101: .*\n {4}-> /);
});

test('a failed pool shows no fill level', (t) => {
  t.notRegex(status('failed'), /used/);
  t.regex(status('failed'), /CRITICAL DM103/);
});

test('a pool whose chunk size is not known is told without one', (t) => {
  const [pool] = reportPools(survey({ thinPools: parseThinPools('', 'p: 0 8 thin-pool 0 1/2 3/4 - rw\n') }));
  t.notRegex(renderStatus({ ...nothing, pools: pool ? [pool] : [] }), /chunk/);
});

const ofLvm = (outlook: Outlook): PoolReport => ({
  ...(reportPools(survey({ thinPools: parseThinPools('', 'p: 0 8 thin-pool 0 1/2 3/4 - rw\n') }))[0] as PoolReport),
  kind: 'lvm',
  name: 'docker/thinpool',
  vg: { name: 'docker', sizeBytes: bytes(10n * GIB), freeBytes: bytes(GIB), freePercent: 10 },
  outlook,
  devices: ['/dev/sdb', '/dev/sdc'],
  profile: 'docker-thinpool',
});

test('what LVM can do for a pool is one honest line', (t) => {
  const rule = { thresholdPercent: 80, stepPercent: 5 };
  for (const [outlook, words] of [
    [
      { kind: 'can', rule, times: 1, totalBytes: bytes(GIB) },
      'can extend once by itself, by 1 GiB; then the VG is full',
    ],
    [
      { kind: 'can', rule, times: 3, totalBytes: bytes(GIB) },
      'can extend 3 times by itself, by 1 GiB; then the VG is full',
    ],
    [{ kind: 'no-room', rule, stepBytes: bytes(GIB) }, "can't extend by itself: one step takes 1 GiB"],
    [{ kind: 'not-watched', rule }, 'does not extend by itself: LVM calls it not monitored'],
    [{ kind: 'profile-unread', profile: 'p' }, 'does not extend by itself: profile p is not there'],
    [{ kind: 'off' }, 'does not extend by itself: its profile has a threshold of 100'],
  ] as const) {
    const text = renderStatus({ ...nothing, pools: [ofLvm(outlook)] });
    t.true(text.includes(`\n  growth   ${words}\n`), text);
    t.true(text.includes('\n  VG room  [###########################---] 1 GiB free of 10 GiB\n'), text);
    t.true(text.includes('\n  on       /dev/sdb, /dev/sdc\n  profile  docker-thinpool'), text);
  }
});

test('a pool without a profile is not extended because nobody asks LVM to', (t) => {
  const text = renderStatus({ ...nothing, pools: [{ ...ofLvm({ kind: 'off' }), profile: null }] });
  t.regex(text, /growth {3}does not extend by itself: neither a profile nor lvm.conf asks for it\n/);
});

test('a pool that is not there is told with those that are', (t) => {
  const absent = 'no thin pool typo on this host; there is docker/thinpool';
  t.is(renderStatus({ ...nothing, pools: [], absent }), `UNKNOWN: ${absent}`);
  const finding = { pool: 'LVM', code: 'DM112', state: 'UNKNOWN', text: 'silent', remedy: 'look', facts: {} } as const;
  t.regex(renderStatus({ ...nothing, pools: [], absent, findings: [finding] }), /^UNKNOWN: no .*thinpool, 1 finding\n/);
});

test('what is of no pool comes last, and so does a word about the looking', (t) => {
  const finding = { pool: 'LVM', code: 'DM112', state: 'UNKNOWN', text: 'silent', remedy: 'look', facts: {} } as const;
  const text = renderStatus({ ...nothing, pools: [], findings: [finding], notes: ['without the lock'] });
  t.is(text, 'UNKNOWN: 0 thin pools, 1 finding\n  UNKNOWN DM112: silent\n    -> look\nNote: without the lock');
});
