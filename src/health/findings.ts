import type { PoolSurvey } from '../model/pool-survey.ts';
import { alerts } from '../units/range.ts';
import { formatSize } from '../units/size.ts';
import type { PoolReport } from './pool-report.ts';
import { canGrow, type Threshold, type ThresholdWish, thresholdsFor } from './thresholds.ts';

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

const CODES = { data: 'DM104', metadata: 'DM105' } as const;

/**
 * Everything that is wrong with a pool. What could not be seen is a finding too.
 * @param wish thresholds that were asked for
 */
export function findingsOf(pool: PoolReport, wish: ThresholdWish = {}): Finding[] {
  const thresholds = thresholdsFor(wish, canGrow(pool));
  const findings = [
    ...modeFindings(pool),
    ...usageFindings('data', pool, thresholds.data),
    ...usageFindings('metadata', pool, thresholds.metadata),
    ...growthFindings(pool),
    ...vgFindings(pool, thresholds.vg),
  ];
  return findings.map((finding) => ({ ...finding, pool: pool.name }));
}

/** What LVM did not tell is not seen: nobody knows whether a pool of its is in trouble. */
export const findingsOfLvm = ({ lvmDoubt }: PoolSurvey): Finding[] =>
  lvmDoubt?.kind === 'no-answer'
    ? [
        {
          pool: 'LVM',
          code: 'DM112',
          state: 'UNKNOWN',
          text: `LVM did not answer within ${lvmDoubt.seconds} s: what is told comes from the kernel alone`,
          remedy: 'look for a device that is dead or suspended: dmsetup info, dmesg',
        },
      ]
    : [];

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

function usageFindings(part: 'data' | 'metadata', pool: PoolReport, threshold: Threshold): PoolFinding[] {
  const usage = pool[part];
  if (usage === null) {
    return RUNNING.includes(pool.mode) ? [unseen(`how full its ${part} is can't be read`, 'dmsetup table')] : [];
  }
  const state = stateFor(threshold, usage.usedPercent);
  if (state === 'OK') return [];
  const remedy = part === 'data' ? 'dmtool resize, or remove what it holds' : 'dmtool resize --metadata';
  return [{ code: CODES[part], state, text: `${part} is ${usage.usedPercent} % full`, remedy }];
}

function vgFindings({ vg }: PoolReport, threshold: Threshold): PoolFinding[] {
  const state = vg === null ? 'OK' : stateFor(threshold, vg.freePercent);
  if (vg === null || state === 'OK') return [];
  const text = `VG ${vg.name} has ${vg.freePercent} % free: ${formatSize(vg.freeBytes)}`;
  return [{ code: 'DM111', state, text, remedy: 'dmtool resize --device gives it another disk' }];
}

/** An auto-extension that was arranged and can't run is what pools die of at night. */
function growthFindings({ name, outlook, data, vg }: PoolReport): PoolFinding[] {
  const warning = (code: string, text: string, remedy: string): PoolFinding[] => [
    { code, state: 'WARNING', text, remedy },
  ];
  switch (outlook?.kind) {
    case 'not-watched':
      return warning('DM109', 'dmeventd does not watch it: LVM will not extend it', `lvchange --monitor y ${name}`);
    case 'profile-unread':
      return warning(
        'DM110',
        `its profile ${outlook.profile} is not there, or says nothing: LVM will not extend it`,
        'bring the file back, or lvchange --detachprofile',
      );
    case 'no-room': {
      if (data === null || data.usedPercent < outlook.rule.thresholdPercent) return [];
      const room = vg === null ? '' : `, and VG ${vg.name} has ${formatSize(vg.freeBytes)}`;
      const text = `LVM was to extend it and can't: one step takes ${formatSize(outlook.stepBytes)}${room}`;
      return warning('DM108', text, 'dmtool resize --device gives the VG another disk');
    }
    default:
      return [];
  }
}

const stateFor = ({ warning, critical }: Threshold, value: number): 'OK' | 'WARNING' | 'CRITICAL' => {
  if (critical !== null && alerts(critical, value)) return 'CRITICAL';
  return warning !== null && alerts(warning, value) ? 'WARNING' : 'OK';
};
