import { configuredPool, minimumFreePercent } from '../engines/docker/pool-of.ts';
import type { Finding, State } from '../health/finding.ts';
import { worstState } from '../health/finding.ts';
import { type PoolReport, reportPools } from '../health/pool-report.ts';
import type { Launcher } from '../host/launcher.ts';
import { type DockerReaders, surveyPools } from '../host/pool-survey.ts';
import type { PoolSurvey } from '../model/pool-survey.ts';
import { DOCKER_PLACES } from './docker-places.ts';

const DOCKER: DockerReaders = {
  places: DOCKER_PLACES,
  word: (config, settings) => ({
    poolName: configuredPool(config, settings),
    minimumFreePercent: minimumFreePercent(config, settings),
  }),
};

/** All pools, or the one that is asked for. */
export interface Look {
  survey: PoolSurvey;
  pools: readonly PoolReport[];
  /** What the reader should know of the looking itself. */
  notes: readonly string[];
}

/**
 * Looks at the pools of this host, within a time.
 * @throws Error when somebody else than root asks
 */
export async function lookAtPools(launcher: Launcher, deadlineMs: number, asked: string | undefined): Promise<Look> {
  if (process.geteuid?.() !== 0) throw new Error('only root may look at device-mapper and LVM: run it again with sudo');
  const survey = await surveyPools(launcher, deadlineMs, DOCKER);
  return { survey, pools: narrowed(reportPools(survey), asked), notes: notesOn(survey) };
}

const notesOn = ({ lvmDoubt, kernelLogProblem }: PoolSurvey): readonly string[] => [
  ...NOTES[lvmDoubt?.kind ?? 'none'],
  ...(kernelLogProblem === null ? [] : [`the kernel's log can't be read (${kernelLogProblem}): it may know more`]),
];

const NOTES = {
  none: [],
  'no-answer': [],
  'without-lock': ['another LVM command is at work: LVM was read without its lock'],
  absent: ['LVM is not installed: what is told comes from the kernel alone'],
} as const;

/** `docker/thinpool`, `docker-thinpool`, or a path to it. */
function narrowed(pools: readonly PoolReport[], asked: string | undefined): readonly PoolReport[] {
  if (asked === undefined) return pools;
  const short = asked.replace(/^\/dev\/(?:mapper\/)?/, '');
  return pools.filter(({ name, device }) => [name, device.replace('/dev/mapper/', '')].includes(short));
}

/** Nobody can say of a host without pools that they are well. */
export const stateOf = (pools: readonly PoolReport[], findings: readonly Finding[]): State =>
  pools.length === 0 ? 'UNKNOWN' : worstState(findings.map(({ state }) => state));
