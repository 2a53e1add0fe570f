import { configuredPool, minimumFreePercent } from '../engines/docker/pool-of.ts';
import type { Finding, State } from '../health/finding.ts';
import { worstState } from '../health/finding.ts';
import { type PoolReport, reportPools } from '../health/pool-report.ts';
import type { Launcher } from '../host/launcher.ts';
import { type DockerReaders, surveyPools } from '../host/pool-survey.ts';
import { isPoolCalled } from '../model/pool-names.ts';
import type { PoolSurvey } from '../model/pool-survey.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { UsageError } from './usage-error.ts';

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
  /** That the one that is asked for is not among them, in a sentence; null: it is, or none was asked for. */
  absent: string | null;
  /** What the reader should know of the looking itself. */
  notes: readonly string[];
}

/**
 * Looks at the pools of this host, within a time.
 * @throws UsageError, Error when somebody else than root asks
 */
export async function lookAtPools(launcher: Launcher, deadlineMs: number, asked: string | undefined): Promise<Look> {
  checkAsked(asked);
  if (process.geteuid?.() !== 0) throw new Error('only root may look at device-mapper and LVM: run it again with sudo');
  const survey = await surveyPools(launcher, deadlineMs, DOCKER);
  const all = reportPools(survey);
  const pools = narrowed(all, asked);
  return {
    survey,
    pools,
    absent: asked === undefined || pools.length > 0 ? null : absence(all, asked),
    notes: notesOn(survey),
  };
}

/**
 * A pool that is asked for has a name.
 * @throws UsageError
 */
export function checkAsked(pool: string | undefined): void {
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as dmtool status lists it');
}

function absence(pools: readonly PoolReport[], asked: string): string {
  const others = pools.map(({ name }) => name).join(', ');
  return `no thin pool ${asked} on this host${others && `; there is ${others}`}`;
}

const notesOn = ({ lvmDoubt, kernelLogProblem }: PoolSurvey): readonly string[] => [
  ...NOTES[lvmDoubt?.kind ?? 'none'],
  ...(kernelLogProblem === null ? [] : [`the kernel's log can't be read (${kernelLogProblem}): it may know more`]),
];

const NOTES = {
  none: [],
  'no-answer': [],
  failed: [],
  unreadable: [],
  'without-lock': ['another LVM command is at work: LVM was read without its lock'],
  absent: ['LVM is not installed: what is told comes from the kernel alone'],
} as const;

/** Those that are called so. */
const narrowed = (pools: readonly PoolReport[], asked: string | undefined): readonly PoolReport[] =>
  asked === undefined ? pools : pools.filter(({ device }) => isPoolCalled(device.replace('/dev/mapper/', ''), asked));

/** Nobody can say of a host without pools that they are well. */
export const stateOf = (pools: readonly PoolReport[], findings: readonly Finding[]): State =>
  pools.length === 0 ? 'UNKNOWN' : worstState(findings.map(({ state }) => state));
