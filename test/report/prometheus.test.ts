import test from 'ava';
import type { PoolReport } from '../../src/health/pool-report.ts';
import { renderPrometheus } from '../../src/report/prometheus.ts';
import { bytes } from '../../src/units/quantity.ts';

const usage = { usedBytes: bytes(1), totalBytes: bytes(2), usedPercent: 50 };
const pool = (facts: Partial<PoolReport> = {}): PoolReport => ({
  name: 'docker/thinpool',
  kind: 'lvm',
  device: '/dev/mapper/docker-thinpool',
  mode: 'rw',
  needsCheck: false,
  data: usage,
  metadata: usage,
  chunkSizeBytes: null,
  vg: { name: 'docker', sizeBytes: bytes(4), freeBytes: bytes(3), freePercent: 75 },
  outlook: { kind: 'can', rule: { thresholdPercent: 80, stepPercent: 5 }, times: 2, totalBytes: bytes(1) },
  devices: [],
  profile: null,
  ...facts,
});

test('each name is explained once, with a series for each pool, and the text ends in a newline', (t) => {
  const raw = pool({ name: 'a"b\\c', vg: null, outlook: null, mode: 'out_of_data_space', needsCheck: true });
  const lines = renderPrometheus({ state: 'WARNING', pools: [pool(), raw], findings: [] }).split('\n');
  t.is(lines.at(-1), '');
  const helps = lines.filter((line) => line.startsWith('# HELP')).map((line) => line.split(' ')[2]);
  t.is(new Set(helps).size, helps.length);
  t.true(lines.includes('dmtool_state 1'));
  t.true(lines.includes('dmtool_pool_data_used_bytes{pool="docker/thinpool"} 1'));
  t.true(lines.includes('dmtool_pool_data_size_bytes{pool="a\\"b\\\\c"} 2'));
  t.true(lines.includes('dmtool_pool_out_of_data_space{pool="a\\"b\\\\c"} 1'));
  t.true(lines.includes('dmtool_pool_needs_check{pool="a\\"b\\\\c"} 1'));
  t.deepEqual(
    lines.filter((line) => /^dmtool_pool_(vg|auto)/.test(line)),
    [
      'dmtool_pool_vg_free_bytes{pool="docker/thinpool"} 3',
      'dmtool_pool_vg_size_bytes{pool="docker/thinpool"} 4',
      'dmtool_pool_autoextend_steps{pool="docker/thinpool"} 2',
    ],
  );
});

test('a pool that does not run has no sizes; findings are series of their own', (t) => {
  const off = pool({ mode: 'inactive', data: null, metadata: null, outlook: { kind: 'off' } });
  const finding = { pool: off.name, code: 'DM106', state: 'WARNING', text: '', remedy: '' } as const;
  const text = renderPrometheus({ state: 'WARNING', pools: [off], findings: [finding] });
  t.notRegex(text, /data_used/);
  t.regex(text, /^dmtool_pool_autoextend_steps\{pool="docker\/thinpool"\} 0$/m);
  t.regex(text, /^dmtool_finding\{code="DM106",pool="docker\/thinpool",state="WARNING"\} 1$/m);
  t.notRegex(renderPrometheus({ state: 'OK', pools: [], findings: [] }), /dmtool_(pool|finding)/);
});
