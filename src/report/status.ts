import type { Finding, State } from '../health/findings.ts';
import type { PoolReport, Usage } from '../health/pool-report.ts';
import { formatSize } from '../units/size.ts';

const KINDS = { lvm: 'LVM', loop: 'loop devices', raw: 'raw device-mapper' } as const;

/** The state of all pools, for people: a verdict, then each pool with what is wrong with it. */
export function renderStatus(state: State, pools: readonly PoolReport[], findings: readonly Finding[]): string {
  const verdict =
    pools.length === 0 ? 'no thin pool on this host' : `${pools.length} thin pool${pools.length > 1 ? 's' : ''}`;
  return [`${state}: ${verdict}`, ...pools.map((pool) => renderPool(pool, findings))].join('\n');
}

function renderPool(pool: PoolReport, findings: readonly Finding[]): string {
  const chunk = pool.chunkSizeBytes === null ? '' : `, chunk size ${formatSize(pool.chunkSizeBytes)}`;
  return [
    `${pool.name} (${KINDS[pool.kind]})`,
    `  mode      ${pool.mode}${pool.needsCheck ? ', needs_check' : ''}${chunk}`,
    ...usageLine('data', pool.data),
    ...usageLine('metadata', pool.metadata),
    ...findings
      .filter((finding) => finding.pool === pool.name)
      .map(({ code, state, text, remedy }) => `  ${state} ${code}: ${text}\n    -> ${remedy}`),
  ].join('\n');
}

const usageLine = (part: string, usage: Usage | null): string[] =>
  usage === null
    ? []
    : [
        `  ${part.padEnd(9)} ${usage.usedPercent} % used: ${formatSize(usage.usedBytes)} of ${formatSize(usage.totalBytes)}`,
      ];
