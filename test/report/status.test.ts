import test from 'ava';
import { findingsOf, worstState } from '../../src/health/findings.ts';
import { reportPools } from '../../src/health/pool-report.ts';
import { renderStatus } from '../../src/report/status.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { recorded } from '../tools/recorded.ts';

function status(...names: readonly string[]): string {
  const thinPools = names.flatMap((name) =>
    parseThinPools(
      recorded('dmsetup', `${name}.table`)[0] as string,
      recorded('dmsetup', `${name}.status`)[0] as string,
    ),
  );
  const pools = reportPools({ volumeGroups: [], thinPools });
  const findings = pools.flatMap(findingsOf);
  return renderStatus(worstState(findings.map(({ state }) => state)), pools, findings);
}

test('the verdict comes first, with the number of pools', (t) => {
  t.regex(status('loop-pool'), /^OK: 1 thin pool\n/);
  t.regex(status('loop-pool', 'full-queueing'), /^CRITICAL: 2 thin pools\n/);
  t.is(renderStatus('UNKNOWN', [], []), 'UNKNOWN: no thin pool on this host');
});

test('a healthy pool is told with its kind, its mode and how full it is', (t) => {
  t.is(
    status('loop-pool'),
    [
      'OK: 1 thin pool',
      'docker-8:1-123-pool (loop devices)',
      '  mode      rw, chunk size 64 KiB',
      '  data      0 % used: 0 B of 100 MiB',
      '  metadata  11.91 % used: 244 KiB of 2 MiB',
    ].join('\n'),
  );
});

test('each finding is told with its code and its remedy, under its own pool', (t) => {
  const text = status('loop-pool', 'needs-check');
  t.regex(text, /mode {6}ro, needs_check/);
  t.true(text.indexOf('CRITICAL DM102') > text.indexOf('\npool (raw device-mapper)'));
  t.regex(text, /DM101: .*\n {4}-> /);
});

test('a failed pool shows no fill level', (t) => {
  t.notRegex(status('failed'), /used/);
  t.regex(status('failed'), /CRITICAL DM103/);
});

test('a pool whose chunk size is not known is told without one', (t) => {
  const [pool] = reportPools({ volumeGroups: [], thinPools: parseThinPools('', 'p: 0 8 thin-pool 0 1/2 3/4 - rw\n') });
  t.notRegex(renderStatus('UNKNOWN', pool ? [pool] : [], []), /chunk/);
});
