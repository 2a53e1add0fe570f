import { renderDone, renderFailedOutcome, renderRefusals, renderWarnings } from '../report/human.ts';
import { failureDocument, planDocument, refusalDocument } from '../report/json.ts';
import { renderScript } from '../report/script.ts';
import type { Answer } from './base-command.ts';
import type { Ending } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';

/** How a changing command ended, as text, document and exit code. */
export function answerFor(ending: Ending): Answer {
  switch (ending.kind) {
    case 'refused': {
      const isMissing = ending.refusals.some(({ code }) => code === 'missing-program');
      return {
        exitCode: isMissing ? EXIT.missingProgram : EXIT.refused,
        text: renderRefusals(ending.refusals),
        document: { outcome: 'refused', ...refusalDocument(ending.refusals) },
      };
    }
    case 'planned':
      return {
        exitCode: EXIT.done,
        text: renderScript(ending.plan).trimEnd(),
        document: { outcome: 'planned', ...planDocument(ending.plan) },
      };
    case 'nothing-to-do':
      return {
        exitCode: EXIT.done,
        text: [renderWarnings(ending.plan.warnings), renderDone(ending.plan, 'nothing-to-do')]
          .filter(Boolean)
          .join('\n'),
        document: { outcome: 'nothing-to-do', ...planDocument(ending.plan) },
      };
    case 'declined':
      return {
        exitCode: EXIT.refused,
        text: 'Not agreed; nothing was changed.',
        document: { outcome: 'declined', ...planDocument(ending.plan) },
      };
    case 'changed-meanwhile':
      return {
        exitCode: EXIT.refused,
        text: 'The host changed between your answer and the first step; nothing was changed. Run it again.',
        document: { outcome: 'changed-meanwhile', ...planDocument(ending.plan) },
      };
    case 'applied':
      return answerForOutcome(ending);
  }
}

function answerForOutcome({ plan, outcome }: Extract<Ending, { kind: 'applied' }>): Answer {
  if (outcome.kind === 'done') {
    return {
      exitCode: EXIT.done,
      text: renderDone(plan, 'done'),
      document: { outcome: 'done', ...planDocument(plan) },
    };
  }
  const undone = outcome.failure.kind === 'interrupted' ? EXIT.interrupted : EXIT.undone;
  return {
    exitCode: outcome.kind === 'undone' ? undone : EXIT.partlyDone,
    text: renderFailedOutcome(outcome),
    document: { outcome: outcome.kind, ...failureDocument(outcome), ...planDocument(plan) },
  };
}
