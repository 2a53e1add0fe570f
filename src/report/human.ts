import type { Failure, Leftover, Outcome } from '../apply/outcome.ts';
import { CommandFailed, NotInTime, TransferFailed } from '../host/errors.ts';
import { describeCondition } from '../plan/condition.ts';
import type { Refusal } from '../plan/refusal.ts';
import type { AutoextendSummary, Note, Plan, PoolSummary } from '../plan/step.ts';
import { oneLine } from '../tools/printable.ts';
import { formatSize } from '../units/size.ts';
import { shellAction, shellLine } from './script.ts';

const indent = (text: string, by = '  '): string => text.replaceAll(/^(?=.)/gm, by);

/** All reasons why nothing was begun. */
export const renderRefusals = (refusals: readonly Refusal[]): string =>
  [
    'Refused; nothing was changed:',
    ...refusals.map(
      ({ subject, reason, remedy }) => `  ${oneLine(subject)}: ${oneLine(reason)}.\n    -> ${oneLine(remedy)}`,
    ),
  ].join('\n');

/** As wide as the names in front of a pool's facts: a terminal's 80 columns hold half of the sentence. */
const GROWTH_INDENT = ' '.repeat(10);

/** One honest sentence about auto-extension, on two lines. */
export function renderGrowth({
  thresholdPercent,
  stepPercent,
  times,
  firstStepBytes,
  totalBytes,
}: AutoextendSummary): string {
  if (thresholdPercent === 100 || stepPercent === 0) return 'auto-extension is off';
  const rule = `at ${thresholdPercent} % LVM adds ${stepPercent} %`;
  if (times === 0) return `${rule},\n${GROWTH_INDENT}but the VG has no room for it: it can't run`;
  const often = times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
  const amount =
    times === 1
      ? `by ${formatSize(firstStepBytes)}`
      : `by ${formatSize(firstStepBytes)} first, ${formatSize(totalBytes)} in all`;
  return `${rule}:\n${GROWTH_INDENT}can extend ${often}, ${amount}; then the VG is full`;
}

/** Sizes and care of a pool, a line each. */
export function renderPool(summary: PoolSummary): string {
  const { dataSizeBytes, metadataSizeBytes, vgSizeBytes, freeBytes, chunkSizeBytes } = summary;
  return [
    `data      ${formatSize(dataSizeBytes)} of the VG's ${formatSize(vgSizeBytes)}, chunk size ${formatSize(chunkSizeBytes)}`,
    `metadata  ${formatSize(metadataSizeBytes)}, and LVM's spare of the same size`,
    `reserve   ${formatSize(freeBytes)} stay free in VG ${summary.vg}`,
    `growth    ${renderGrowth(summary.autoextend)}`,
    `profile   ${summary.profilePath}`,
    `device    ${summary.device}`,
  ].join('\n');
}

/** What will happen, and what is lost by it: the text that the operator agrees to. */
export function renderConsent(plan: Plan): string {
  const destroys = plan.steps.flatMap(({ destroys }) => destroys ?? []);
  return [
    `${plan.subject}:`,
    ...(plan.summary ? [indent(renderPool(plan.summary))] : []),
    '',
    ...renderNotes(plan.notes).flatMap((each) => [each, '']),
    ...(destroys.length > 0 ? ['This will be taken or destroyed:', ...destroys.map((each) => `  ${each}`), ''] : []),
    'Steps:',
    ...plan.steps.map(
      ({ title, onlyIfNeeded }, index) => `  ${index + 1}. ${title}${onlyIfNeeded ? ', if that is still needed' : ''}`,
    ),
    '',
  ].join('\n');
}

export const renderWarnings = (warnings: readonly string[]): string =>
  warnings.map((warning) => `Warning: ${warning}`).join('\n');

/** Facts beside the pool, a paragraph each. */
export const renderNotes = (notes: readonly Note[]): string[] =>
  notes.map(({ heading, lines }) => [`${heading}:`, ...lines.map((line) => `  ${line}`)].join('\n'));

/** The end of a run that went well. */
export const renderDone = ({ endings, summary, undoCommand }: Plan, what: 'done' | 'nothing-to-do'): string =>
  [
    what === 'done' ? endings.done : endings.nothingToDo,
    ...(summary ? [indent(renderPool(summary))] : []),
    ...(what === 'done' && undoCommand ? [`To undo: ${shellLine(undoCommand)}`] : []),
  ].join('\n');

/** What failed, with the program's own words. */
export function renderFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'interrupted':
      return 'Interrupted.';
    case 'unreadable':
      return `The result could not be read back: ${failure.error.message}`;
    case 'not-seen':
      return `"${failure.step.title}" ran without an error, but its result is not there: ${describeCondition(failure.condition)}.`;
    case 'step-failed': {
      const said = detailsOf(failure.error);
      return [`"${failure.step.title}" failed: ${failure.error.message}`, ...(said ? [indent(said)] : [])].join('\n');
    }
  }
}

/** What a program, or the daemon that was waited for, said itself. */
function detailsOf(error: Error): string {
  if (error instanceof CommandFailed) return error.stderr.trim();
  return error instanceof NotInTime || error instanceof TransferFailed ? error.details.trim() : '';
}

/** The end of a run that did not go well. */
export function renderFailedOutcome(outcome: Extract<Outcome, { kind: 'undone' | 'partly-done' }>): string {
  const lines = [renderFailure(outcome.failure)];
  if (outcome.destroyed.length > 0)
    lines.push('Gone for good, as agreed:', ...outcome.destroyed.map((each) => `  ${each}`));
  const all = outcome.destroyed.length > 0 ? 'Everything else' : 'Everything';
  if (outcome.kind === 'undone') lines.push(`${all} that this run made was undone: the machine is as before.`);
  else if (outcome.leftovers.length === 0) lines.push(NOTHING_LEFT);
  else lines.push(leftWords(outcome), ...outcome.leftovers.flatMap(renderLeftover));
  return lines.join('\n');
}

/** What failed had done its work before. */
const NOTHING_LEFT =
  'All of it is done for good already. Run the same command again: it sees to the rest, if there is any.';

const LEFT = {
  back: 'Not all of it could be undone. What is left, and how to remove it, in this order (stop at the first that fails):',
  forward:
    'Some of it is done for good already, so the rest was not undone. Run the same command again to go on. Left:',
};

/** Where it failed apart from the rest, all of that is done. */
const leftWords = ({ way, failure }: Extract<Outcome, { kind: 'partly-done' }>): string =>
  failure.kind === 'step-failed' && failure.step.isApart ? LEFT_APART : LEFT[way];

const LEFT_APART = 'All the rest is done. Run the same command again to try this once more. Left:';

const renderLeftover = ({ step, remove, error }: Leftover): string[] => {
  const message = error instanceof CommandFailed ? '' : (error?.message ?? '');
  const said = [message, error === null ? '' : detailsOf(error)].filter(Boolean);
  return [`  of "${step.title}": ${shellAction(remove)}`, ...said.map((each) => indent(each, '    '))];
};
