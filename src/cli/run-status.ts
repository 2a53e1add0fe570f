import { findingsOf, findingsOfLvm, type State, worstState } from '../health/findings.ts';
import { type PoolReport, reportPools } from '../health/pool-report.ts';
import { writeAtomically } from '../host/files.ts';
import { openLauncher } from '../host/launcher.ts';
import { surveyPools } from '../host/pool-survey.ts';
import { toJson } from '../report/json.ts';
import { renderNagios } from '../report/nagios.ts';
import { renderPrometheus } from '../report/prometheus.ts';
import { renderStatus, type StatusFacts } from '../report/status.ts';
import type { Answer } from './base-command.ts';
import { MONITORING_EXIT } from './exit-codes.ts';
import { type ThresholdFlags, thresholdWish } from './status-wish.ts';
import { UsageError } from './usage-error.ts';

/** What `status` was given. */
export interface StatusFlags extends ThresholdFlags {
  format?: string | undefined;
  output?: string | undefined;
  pool?: string | undefined;
  quiet: boolean;
  timeout: string;
  verbose: boolean;
}

/** For Node.js to start, and to tell what was seen. */
const OWN_TIME_MS = 1000;

/**
 * `dmtool status`, from the host to its answer.
 * @param isTerminal people look at it
 * @throws UsageError
 */
export async function runStatus(flags: StatusFlags, isTerminal: boolean): Promise<Answer> {
  const wish = thresholdWish(flags);
  const deadlineMs = lookingTime(flags.timeout);
  if (process.geteuid?.() !== 0) throw new Error('only root may look at device-mapper and LVM: run it again with sudo');
  await using launcher = openLauncher();
  const survey = await surveyPools(launcher, deadlineMs);
  const pools = narrowed(reportPools(survey), flags.pool);
  const findings = [...pools.flatMap((pool) => findingsOf(pool, wish)), ...findingsOfLvm(survey)];
  const state: State = pools.length === 0 ? 'UNKNOWN' : worstState(findings.map((finding) => finding.state));
  const notes = survey.lvmDoubt?.kind === 'without-lock' ? [WITHOUT_LOCK] : [];
  const facts: StatusFacts = { state, pools, findings, wish, notes };
  const document = { state, pools, findings, notes };
  const exitCode = MONITORING_EXIT[state];
  const text = render(facts, flags, isTerminal, () => toJson({ version: 1, command: 'status', exitCode, ...document }));
  if (flags.output !== undefined) writeAtomically(flags.output, `${text.trimEnd()}\n`, 0o644);
  return { exitCode, text: isSilent(flags, state) ? '' : text.trimEnd(), document };
}

const WITHOUT_LOCK = 'another LVM command is at work: LVM was read without its lock';

/** cron sends a mail for every line. What went to a file needs no second telling. */
const isSilent = ({ quiet, output }: StatusFlags, state: State): boolean =>
  output !== undefined || (quiet && state === 'OK');

function lookingTime(timeout: string): number {
  const seconds = Number(timeout);
  if (!/^\d+$/.test(timeout) || seconds < 2)
    throw new UsageError(`--timeout "${timeout}": it takes whole seconds, 2 or more`);
  return Math.max(500, seconds * 1000 - OWN_TIME_MS);
}

/** `docker/thinpool`, `docker-thinpool`, or a path to it. */
function narrowed(pools: readonly PoolReport[], asked: string | undefined): readonly PoolReport[] {
  if (asked === undefined) return pools;
  const short = asked.replace(/^\/dev\/(?:mapper\/)?/, '');
  return pools.filter(({ name, device }) => [name, device.replace('/dev/mapper/', '')].includes(short));
}

function render(facts: StatusFacts, flags: StatusFlags, isTerminal: boolean, json: () => string): string {
  switch (flags.format ?? (isTerminal ? 'human' : 'nagios')) {
    case 'human':
      return renderStatus(facts);
    case 'json':
      return json();
    case 'prometheus':
      return renderPrometheus(facts);
    default:
      return renderNagios(facts, flags.verbose);
  }
}
