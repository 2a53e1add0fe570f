import type { Host } from '../model/host.ts';
import { runName } from '../model/ownership.ts';
import { shellLine } from '../tools/shell-line.ts';
import type { Note, Plan, Planned } from './step.ts';

/** Whether a run of this plan's name began earlier, and nobody knows how it ended. */
export const isCutOff = ({ ownership }: Host, { owns }: Plan): boolean =>
  ownership.some(({ name }) => name === owns.name);

/** Tells of runs that were cut off: the one that this plan goes on with, and others, which it leaves as they are. */
export function tellUnfinished(planned: Planned, host: Host): Planned {
  if (planned.kind === 'refused' || planned.plan.steps.length === 0) return planned;
  const { plan } = planned;
  const others = host.ownership.filter(({ name }) => name !== plan.owns.name).map(runName);
  const notes: Note[] = [
    ...(isCutOff(host, plan) ? [{ heading: 'An earlier run was cut off', lines: goingOn(plan) }] : []),
    ...(others.length > 0
      ? [{ heading: 'Cut off, and unfinished still; the same command again goes on with it', lines: others }]
      : []),
  ];
  return { ...planned, plan: { ...plan, notes: [...notes, ...plan.notes] } };
}

const goingOn = ({ undoCommand }: Plan): string[] => [
  'this one goes on where it stopped',
  ...(undoCommand ? [`${shellLine(undoCommand)} takes back what was begun`] : []),
];
