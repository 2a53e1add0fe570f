import type { State } from '../health/finding.ts';
import { findingsOf, findingsOfLvm } from '../health/findings.ts';
import { writeAtomically } from '../host/files.ts';
import { openLauncher } from '../host/launcher.ts';
import { toJson } from '../report/json.ts';
import { renderNagios } from '../report/nagios.ts';
import { renderPrometheus } from '../report/prometheus.ts';
import { renderStatus, type StatusFacts } from '../report/status.ts';
import type { Answer } from './base-command.ts';
import { MONITORING_EXIT } from './exit-codes.ts';
import { lookAtPools, stateOf } from './look.ts';
import { outputFile, type ThresholdFlags, thresholdWish } from './status-wish.ts';
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
  const output = outputFile(flags.output);
  await using launcher = openLauncher();
  const { survey, pools, absent, notes } = await lookAtPools(launcher, deadlineMs, flags.pool);
  const findings = [...pools.flatMap((pool) => findingsOf(pool, survey, wish)), ...findingsOfLvm(survey)];
  const state = stateOf(pools, findings);
  const facts: StatusFacts = { state, pools, absent, findings, wish, notes };
  const document = { state, pools, findings, notes: absent === null ? notes : [absent, ...notes] };
  const exitCode = MONITORING_EXIT[state];
  const text = render(facts, flags, isTerminal, () => toJson({ version: 1, command: 'status', exitCode, ...document }));
  if (output !== undefined) writeAtomically(output, `${text.trimEnd()}\n`, 0o644);
  return { exitCode, text: isSilent(flags, state) ? '' : text.trimEnd(), document };
}

/** cron sends a mail for every line. What went to a file needs no second telling. */
const isSilent = ({ quiet, output }: StatusFlags, state: State): boolean =>
  output !== undefined || (quiet && state === 'OK');

/** A day: timers of much more than that go off at once. */
const LONGEST_SECONDS = 86_400;

function lookingTime(timeout: string): number {
  const seconds = Number(timeout);
  if (!/^\d+$/.test(timeout) || seconds < 2 || seconds > LONGEST_SECONDS)
    throw new UsageError(`--timeout "${timeout}": it takes whole seconds, from 2 to ${LONGEST_SECONDS}`);
  return Math.max(500, seconds * 1000 - OWN_TIME_MS);
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
