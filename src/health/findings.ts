import type { PoolSurvey } from '../model/pool-survey.ts';
import { installRemedy } from '../tools/programs.ts';
import type { Finding } from './finding.ts';
import { DMEVENTD_REMEDY, growthFindings } from './growth-findings.ts';
import { modeFindings } from './mode-findings.ts';
import { placeFindings } from './place-findings.ts';
import type { PoolReport } from './pool-report.ts';
import { canGrow, type ThresholdWish, thresholdsFor } from './thresholds.ts';
import { usageFindings } from './usage-findings.ts';

/**
 * Everything that is wrong with a pool, as far as kernel, LVM and files tell it. What could not be seen is a finding too.
 * @param wish thresholds that were asked for
 */
export function findingsOf(pool: PoolReport, survey: Pick<PoolSurvey, 'dmeventd'>, wish: ThresholdWish): Finding[] {
  const thresholds = thresholdsFor(wish, canGrow(pool));
  const findings = [
    ...modeFindings(pool),
    ...usageFindings(pool, thresholds),
    ...growthFindings(pool, survey.dmeventd),
    ...placeFindings(pool, thresholdsFor(wish, false).data),
  ];
  return findings.map((finding) => ({ ...finding, pool: pool.name }));
}

const ALONE = 'what only it would tell is not known';

/** What LVM did not tell is not seen: nobody knows whether a pool of its is in trouble. */
export function findingsOfLvm({
  lvmDoubt,
  lvmPools,
  dmeventd,
}: Pick<PoolSurvey, 'lvmDoubt' | 'lvmPools' | 'dmeventd'>): Finding[] {
  const unseen = { pool: 'LVM', code: 'DM112', state: 'UNKNOWN' } as const;
  switch (lvmDoubt?.kind) {
    case 'no-answer': {
      const { seconds, words } = lvmDoubt;
      const text = `LVM did not answer within ${seconds} s${words && ` (${words})`}: what is told comes from the kernel alone`;
      const remedy = dmeventd === 'silent' ? DMEVENTD_REMEDY : 'dmsetup info';
      return [{ ...unseen, text, remedy, facts: { seconds } }];
    }
    case 'failed': {
      const { program, exitCode, words } = lvmDoubt;
      const text = `${program} failed with exit code ${exitCode}${words && `: ${words}`}; ${ALONE}`;
      return [{ ...unseen, text, remedy: program, facts: { exitCode } }];
    }
    case 'unreadable': {
      const { program, words } = lvmDoubt;
      const text = `${program} answered something that can't be read (${words}); ${ALONE}`;
      return [{ ...unseen, text, remedy: program, facts: {} }];
    }
    case 'absent': {
      if (lvmPools.size === 0) return [];
      const text =
        "LVM's programs are missing, and the kernel runs pools of its: what is told comes from the kernel alone";
      return [{ ...unseen, text, remedy: installRemedy('lvm'), facts: {} }];
    }
    default:
      return [];
  }
}
