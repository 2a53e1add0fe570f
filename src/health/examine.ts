import type { Examination } from '../model/examination.ts';
import type { PoolSurvey } from '../model/pool-survey.ts';
import { installRemedy } from '../tools/programs.ts';
import { containerdFindings } from './containerd-findings.ts';
import { deviceFindings } from './device-findings.ts';
import { dockerFindings } from './docker-findings.ts';
import type { Finding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';

/** Everything that takes a closer look than `status` has the time for. */
export const examine = (
  examination: Examination,
  pools: readonly PoolReport[],
  { thinPools }: Pick<PoolSurvey, 'thinPools'>,
): Finding[] => [
  ...thinCheckFinding(examination, pools),
  ...unfinishedFindings(examination),
  ...deviceFindings(examination, pools),
  ...dockerFindings(examination, pools, thinPools),
  ...containerdFindings(examination, pools, thinPools),
];

function thinCheckFinding({ thinCheck }: Examination, pools: readonly PoolReport[]): Finding[] {
  if (thinCheck === null || thinCheck.isThere || pools.every(({ kind }) => kind !== 'lvm')) return [];
  const { path } = thinCheck;
  const text = `${path} is not there: LVM activates no thin pool without it`;
  const remedy = installRemedy('thin_check');
  return [{ code: 'DM124', state: 'WARNING', pool: 'LVM', text, remedy, facts: { path } }];
}

function unfinishedFindings({ unfinished }: Examination): Finding[] {
  const found = { code: 'DM134', state: 'WARNING', pool: 'dmtool' } as const;
  if ('problem' in unfinished) {
    const remedy = 'mend it, or bring it back from a backup';
    return [{ ...found, text: unfinished.problem, remedy, facts: {} }];
  }
  return unfinished.names.map((name) => ({
    ...found,
    text: `${name} has begun and not ended: it was cut off, or is at work now`,
    remedy: 'the same command again',
    facts: { name },
  }));
}
