import type { PoolReport } from '../health/pool-report.ts';
import type { StatusFacts } from './status.ts';

interface Metric {
  name: string;
  help: string;
  value: (pool: PoolReport) => bigint | number | null;
}

const isMode = (mode: PoolReport['mode']) => (pool: PoolReport) => Number(pool.mode === mode);

const METRICS: readonly Metric[] = [
  { name: 'data_used_bytes', help: 'Data that is mapped.', value: ({ data }) => data?.usedBytes ?? null },
  { name: 'data_size_bytes', help: 'Room for data.', value: ({ data }) => data?.totalBytes ?? null },
  { name: 'metadata_used_bytes', help: 'Metadata in use.', value: ({ metadata }) => metadata?.usedBytes ?? null },
  { name: 'metadata_size_bytes', help: 'Room for metadata.', value: ({ metadata }) => metadata?.totalBytes ?? null },
  {
    name: 'vg_free_bytes',
    help: 'Free space of the VG that the pool is in.',
    value: ({ vg }) => vg?.freeBytes ?? null,
  },
  { name: 'vg_size_bytes', help: 'Size of that VG.', value: ({ vg }) => vg?.sizeBytes ?? null },
  { name: 'writable', help: 'Whether the kernel runs it read-write.', value: isMode('rw') },
  {
    name: 'out_of_data_space',
    help: 'Whether writes wait, or fail, for want of space.',
    value: isMode('out_of_data_space'),
  },
  { name: 'needs_check', help: 'Whether its metadata need a check.', value: ({ needsCheck }) => Number(needsCheck) },
  {
    name: 'autoextend_steps',
    help: 'How many steps of auto-extension the VG has room for.',
    value: ({ outlook }) => outlook && (outlook.kind === 'can' ? outlook.times : 0),
  },
];

/** The state of all pools in Prometheus' text format (exposition formats, "Text-based format"), in base units. */
export function renderPrometheus({
  state,
  pools,
  findings,
}: Pick<StatusFacts, 'state' | 'pools' | 'findings'>): string {
  const values = METRICS.flatMap(({ name, help, value }) => {
    const series = pools.flatMap((pool) => {
      const seen = value(pool);
      return seen === null ? [] : [`dmtool_pool_${name}${labels({ pool: pool.name })} ${seen}`];
    });
    return series.length > 0 ? [...head(`dmtool_pool_${name}`, help), ...series] : [];
  });
  const found = findings.map(({ code, pool, state: of }) => `dmtool_finding${labels({ code, pool, state: of })} 1`);
  return [
    ...head('dmtool_state', 'The worst state: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.'),
    `dmtool_state ${STATES[state]}`,
    ...values,
    ...(found.length > 0 ? [...head('dmtool_finding', 'What is wrong with a pool.'), ...found] : []),
    '',
  ].join('\n');
}

const STATES = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;

const head = (name: string, help: string): string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`];

const labels = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
