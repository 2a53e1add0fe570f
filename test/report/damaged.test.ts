import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { worstState } from '../../src/health/finding.ts';
import { findingsOf, findingsOfLvm } from '../../src/health/findings.ts';
import { reportPools } from '../../src/health/pool-report.ts';
import { renderDoctor } from '../../src/report/doctor.ts';
import { toJson } from '../../src/report/json.ts';
import { renderNagios } from '../../src/report/nagios.ts';
import { renderPrometheus } from '../../src/report/prometheus.ts';
import { renderStatus } from '../../src/report/status.ts';
import { parseThinPools } from '../../src/tools/dmsetup.ts';
import { parseKernelWords } from '../../src/tools/kmsg.ts';
import { parseFullReport } from '../../src/tools/lvm-report.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { survey } from '../health/surveys.ts';
import { damaged } from '../tools/damage.ts';
import { recorded, recordedCases } from '../tools/recorded.ts';

const PROFILE = 'activation {\n\tthin_pool_autoextend_threshold=80\n\tthin_pool_autoextend_percent=20\n}\n';
const WORD = '4,560,42500000,-;device-mapper: thin: 254:2: switching pool to out-of-data-space (queue IO) mode\n';

const [LVM = ''] = recorded('lvm', 'finished-pool.json');
const HOSTS = recordedCases('dmsetup', '*.table').map(({ name, text }) => ({
  table: text,
  status: recorded('dmsetup', name.replace('.table', '.status'))[0] as string,
  lvm: LVM,
  profile: PROFILE,
  kernel: WORD,
}));

/** What a host says, a part of it damaged. */
const words = fc
  .tuple(fc.constantFrom(...HOSTS), fc.constantFrom('table', 'status', 'lvm', 'profile', 'kernel'))
  .chain(([said, part]) => damaged(said[part]).map((text) => ({ ...said, [part]: text })));

type Words = typeof words extends fc.Arbitrary<infer Of> ? Of : never;

function seen({ table, status, lvm, profile, kernel }: Words) {
  const thinPools = parseThinPools(table, status);
  const report = parseFullReport(lvm);
  return survey({
    thinPools,
    ...report,
    profiles: new Map([['docker-thinpool', profile]]),
    lvmDefaults: profile,
    kernelLog: parseKernelWords([kernel]),
    numbers: new Map(thinPools.map(({ name }) => [name, '254:2'])),
  });
}

test('whatever a host says of its pools, it is told in every form, or called unreadable', (t) => {
  fc.assert(
    fc.property(words, (said) => {
      try {
        const host = seen(said);
        const pools = reportPools(host);
        const findings = [...pools.flatMap((pool) => findingsOf(pool, host, {})), ...findingsOfLvm(host)];
        const state = worstState(findings.map((finding) => finding.state));
        const facts = { state, pools, absent: null, findings, wish: {}, notes: [] };
        for (const text of [
          renderStatus(facts),
          renderNagios(facts, true),
          renderPrometheus(facts),
          renderDoctor({ ...facts, checks: 1 }),
          toJson({ pools, findings }),
        ])
          assert.doesNotMatch(text, /\b(?:NaN|Infinity|undefined)\b|\[object /);
        for (const { data, metadata } of pools)
          for (const usage of [data, metadata]) assert.ok(usage === null || usage.usedPercent <= 100);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(error instanceof UnreadableOutput, String(error));
      }
    }),
    { numRuns: 400 },
  );
  t.pass();
});
