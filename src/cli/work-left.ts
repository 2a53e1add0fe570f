import type { ApplyEvent } from '../apply/outcome.ts';
import type { Step } from '../plan/step.ts';
import { shellAction } from '../report/script.ts';

/** What a run that was interrupted has still before it. */
export interface WorkLeft {
  see(event: ApplyEvent): void;
  text(): string;
}

/** Follows a run, to say at any moment what is left of it. */
export function followWork(steps: readonly Step[]): WorkLeft {
  const started: Step[] = [];
  let undoing: string | null = null;
  const forward = (): string => {
    const [last] = started.slice(-1);
    if (last === undefined) return 'no step has begun, and none will';
    const isForGood = started.some(({ final }) => final !== undefined);
    const then = isForGood ? 'what is done for good is not undone: the rest follows' : 'then it is all undone';
    return `step ${started.length} of ${steps.length} runs, "${last.title}"; ${then}`;
  };
  return {
    see: (event) => {
      if (event.kind === 'step-started') started.push(event.step);
      if (event.kind === 'undo-started') undoing = 'looking at what is to be undone';
      if (event.kind === 'undoing') undoing = `undoing: ${shellAction(event.action)}`;
    },
    text: () => undoing ?? forward(),
  };
}
