import type { PoolReport, Usage } from './pool-report.ts';

/** The states of the Monitoring Plugins, from good to worst. UNKNOWN is worse than WARNING and better than CRITICAL. */
export type State = 'OK' | 'WARNING' | 'UNKNOWN' | 'CRITICAL';

const ORDER: readonly State[] = ['OK', 'WARNING', 'UNKNOWN', 'CRITICAL'];

/** Something that an operator should know. Codes are stable. */
export interface Finding {
  code: string;
  state: State;
  pool: string;
  text: string;
  remedy: string;
}

/** Used percentages from which on a part of a pool is worth a word. */
const LIMITS = {
  data: { warning: 80, critical: 90, code: 'DM104' },
  metadata: { warning: 75, critical: 90, code: 'DM105' },
} as const;

/** Everything that is wrong with a pool. What could not be seen is a finding too. */
export function findingsOf(pool: PoolReport): Finding[] {
  const findings = [
    ...modeFindings(pool),
    ...usageFindings('data', pool.data, pool.mode),
    ...usageFindings('metadata', pool.metadata, pool.mode),
  ];
  return findings.map((finding) => ({ ...finding, pool: pool.name }));
}

/** The worst state wins; none at all is OK. */
export const worstState = (states: readonly State[]): State =>
  ORDER[Math.max(0, ...states.map((state) => ORDER.indexOf(state)))] as State;

type PoolFinding = Omit<Finding, 'pool'>;

/** LVM's pools are mended by LVM; a raw table's owner has to do it by hand. */
const remedies = ({ kind, name }: PoolReport): { repair: string; grow: string } =>
  kind === 'lvm'
    ? { repair: 'lvconvert --repair', grow: `dmtool resize +100%FREE --pool ${name}` }
    : { repair: 'thin_repair into a new metadata device', grow: `dmtool resize SIZE --pool ${name}` };

function modeFindings(pool: PoolReport): PoolFinding[] {
  const critical = (code: string, text: string, remedy: string): PoolFinding => ({
    code,
    state: 'CRITICAL',
    text,
    remedy,
  });
  const { mode, needsCheck, name } = pool;
  const { repair, grow } = remedies(pool);
  const findings: PoolFinding[] = [];
  if (needsCheck) {
    const remedy = `stop what uses the pool, deactivate it, and run ${repair}`;
    findings.push(critical('DM102', 'its metadata needs a check; until then it can neither change nor grow', remedy));
  }
  switch (mode) {
    case 'rw':
      break;
    case 'ro':
      findings.push(
        critical(
          'DM101',
          'it is read-only: metadata full or damaged',
          'look at dmesg, and grow or repair the metadata',
        ),
      );
      break;
    case 'out_of_data_space':
      findings.push(critical('DM101', 'it is out of data space: writes wait, then fail', `grow it now: ${grow}`));
      break;
    case 'inactive':
      findings.push({
        code: 'DM106',
        state: 'WARNING',
        text: 'it is not active',
        remedy: `dmtool activate --pool ${name}`,
      });
      break;
    case 'unreadable':
      findings.push(unseen("the kernel's status can't be read", 'dmsetup status --noflush'));
      break;
    default:
      findings.push(
        critical('DM103', 'it has failed: the kernel serves no I/O from it', `look at dmesg, then ${repair}`),
      );
  }
  return findings;
}

const unseen = (text: string, remedy: string): PoolFinding => ({ code: 'DM107', state: 'UNKNOWN', text, remedy });

/** Only of a pool that runs can it be said how full it is. */
const RUNNING: readonly PoolReport['mode'][] = ['rw', 'ro', 'out_of_data_space'];

function usageFindings(part: 'data' | 'metadata', usage: Usage | null, mode: PoolReport['mode']): PoolFinding[] {
  if (usage === null) {
    return RUNNING.includes(mode) ? [unseen(`how full its ${part} is can't be read`, 'dmsetup table')] : [];
  }
  const { warning, critical, code } = LIMITS[part];
  if (usage.usedPercent < warning) return [];
  const state = usage.usedPercent < critical ? 'WARNING' : 'CRITICAL';
  const remedy = part === 'data' ? 'dmtool resize, or remove what it holds' : 'dmtool resize --metadata';
  return [{ code, state, text: `${part} is ${usage.usedPercent} % full`, remedy }];
}
