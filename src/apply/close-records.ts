import type { Plan } from '../plan/step.ts';
import type { Machine } from './machine.ts';

/** Where records of runs are kept. */
export type Records = Pick<Machine, 'keepInstalled' | 'forgetInstalled' | 'forgetOwnership'>;

/**
 * Closes the record of a run that got through. What teardown needs is kept before the rest is forgotten: a cut in between
 * leaves a record too many, not one too few.
 * @throws JournalUnreadable, JournalUnwritable
 */
export function closeRecords(plan: Plan, records: Records): void {
  if (plan.record === 'keep') for (const each of plan.keeps ?? [plan.owns]) records.keepInstalled(each);
  if (plan.record === 'remove') records.forgetInstalled(plan.owns);
  for (const each of [...(plan.alsoForgets ?? []), plan.owns]) records.forgetOwnership(each);
}
