import type { Finding, State } from '../health/finding.ts';
import type { PoolReport } from '../health/pool-report.ts';
import { kindOf, renderFinding, verdict } from './status.ts';

/** What a doctor has seen. */
export interface Diagnosis {
  state: State;
  pools: readonly PoolReport[];
  /** That the pool that was asked for is not there, in a sentence; null: it is, or none was asked for. */
  absent: string | null;
  findings: readonly Finding[];
  notes: readonly string[];
  /** How many kinds of trouble were looked for; null: not for all. */
  checks: number | null;
}

/** All findings, under what they are about, for people. */
export function renderDoctor({ state, pools, absent, findings, notes, checks }: Diagnosis): string {
  const names = pools.map(({ name }) => name);
  const others = [...new Set(findings.map(({ pool }) => pool))].filter((name) => !names.includes(name));
  const about = (name: string): string[] => {
    const own = findings.filter(({ pool }) => pool === name);
    return own.length > 0 ? own.map(renderFinding) : ['  nothing found'];
  };
  return [
    verdict({ state, pools, absent, findings }),
    ...pools.flatMap((pool) => [`${pool.name} (${kindOf(pool)})`, ...about(pool.name)]),
    ...others.flatMap((name) => [name, ...about(name)]),
    ...notes.map((note) => `Note: ${note}`),
    ...(checks === null ? [] : [`${checks} kinds of trouble were looked for; dmtool explain lists them.`]),
  ].join('\n');
}

/** What a repair has left, each with what it is about. */
export const renderLeft = (findings: readonly Finding[]): string =>
  findings.length === 0
    ? 'Nothing is left to be done.'
    : [
        'What is left for you:',
        ...findings.map((finding) => renderFinding({ ...finding, text: `${finding.pool}: ${finding.text}` })),
      ].join('\n');
