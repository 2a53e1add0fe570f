import test from 'ava';
import { renderDoctor, renderLeft } from '../../src/report/doctor.ts';
import { poolReport } from '../health/surveys.ts';

test('findings stand under what they are about; a pool without any says so', (t) => {
  const finding = { state: 'WARNING', text: 'ill', remedy: 'cure', facts: {} } as const;
  const findings = [
    { ...finding, code: 'DM109', pool: 'docker/thinpool' },
    { ...finding, code: 'DM128', pool: 'Docker' },
  ] as const;
  const pools = [poolReport({ engine: 'LVM' }), poolReport({ name: 'other', kind: 'raw' })];
  const lost = poolReport({ name: 'lost', kind: 'raw', isLostToLvm: true });
  t.is(
    renderDoctor({ state: 'WARNING', pools, absent: null, findings, notes: ['a note'], checks: 3 }),
    [
      'WARNING: 2 thin pools, 2 findings',
      "docker/thinpool (LVM, LVM's own thin volumes)",
      '  WARNING DM109: ill',
      '    -> cure',
      'other (raw device-mapper)',
      '  nothing found',
      'Docker',
      '  WARNING DM128: ill',
      '    -> cure',
      'Note: a note',
      '3 kinds of trouble were looked for; dmtool explain lists them.',
    ].join('\n'),
  );
  const facts = { state: 'OK', absent: null, findings: [], notes: [], checks: null } as const;
  t.regex(renderDoctor({ ...facts, pools: [lost] }), /^lost \(LVM\)$/m);
});

test('what was not looked for is not told as looked for', (t) => {
  const text = renderDoctor({
    state: 'UNKNOWN',
    pools: [],
    absent: null,
    findings: [],
    notes: ['left out'],
    checks: null,
  });
  t.is(text, 'UNKNOWN: no thin pool on this host\nNote: left out');
});

test('what a repair has left is told with what it is about', (t) => {
  t.is(renderLeft([]), 'Nothing is left to be done.');
  const finding = {
    code: 'DM104',
    pool: 'docker/thinpool',
    state: 'WARNING',
    text: 'full',
    remedy: 'cure',
    facts: {},
  } as const;
  t.is(renderLeft([finding]), 'What is left for you:\n  WARNING DM104: docker/thinpool: full\n    -> cure');
});
