import type { FindingCode } from './codes.ts';

/** The states of the Monitoring Plugins, from good to worst. UNKNOWN is worse than WARNING and better than CRITICAL. */
export type State = 'OK' | 'WARNING' | 'UNKNOWN' | 'CRITICAL';

/** How grave a finding is; INFO is worth knowing, and nobody's state gets worse by it. */
export type Severity = 'INFO' | Exclude<State, 'OK'>;

/** Something that an operator should know. Codes are stable. */
export interface Finding {
  code: FindingCode;
  state: Severity;
  /** Or what else it is about. */
  pool: string;
  text: string;
  /** A command that helps; the first one to type where it takes several. */
  remedy: string;
  /** What it was concluded from. */
  facts: Readonly<Record<string, string | number | bigint | null>>;
}

/** What is found of one pool. */
export type PoolFinding = Omit<Finding, 'pool'>;

const ORDER: readonly (State | 'INFO')[] = ['OK', 'INFO', 'WARNING', 'UNKNOWN', 'CRITICAL'];

/** The worst state wins; none at all is OK. */
export function worstState(states: readonly (State | Severity)[]): State {
  const worst = ORDER[Math.max(0, ...states.map((state) => ORDER.indexOf(state)))] as State | 'INFO';
  return worst === 'INFO' ? 'OK' : worst;
}
