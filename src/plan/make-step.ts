import type { Argv } from '../tools/argv.ts';
import type { Condition } from './condition.ts';
import type { Action, Step } from './step.ts';

/** Running a program, as an action. */
export const exec = (argv: Argv): Action => ({ kind: 'exec', argv });

/** What most steps share: nothing to take back, nothing destroyed, and done when what is expected is seen. */
export const step = (facts: Pick<Step, 'id' | 'title' | 'do' | 'done'> & Partial<Step>): Step => ({
  undo: [],
  destroys: null,
  expect: [facts.done],
  onlyIfNeeded: false,
  ...facts,
});

/** All that is left of a run that was killed after its last step: one look, and then its record is closed. */
export const lookStep = (title: string, condition: Condition): Step =>
  step({ id: 'look', title, do: { kind: 'await', condition, deadlineMs: 1000 }, done: condition });
