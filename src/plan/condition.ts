import type { Host } from '../model/host.ts';
import type { KeptImage } from '../model/keeping.ts';
import { type ActivationCondition, activationAnswers } from './activation-condition.ts';
import { type ContainerdCondition, containerdAnswers } from './containerd-condition.ts';
import { type DeviceCondition, deviceAnswers } from './device-condition.ts';
import { type DockerCondition, dockerAnswers } from './docker-condition.ts';
import { type GrowthCondition, growthAnswers } from './growth-condition.ts';
import { type KeepCondition, keepAnswers } from './keep-condition.ts';
import { type OwnSetupCondition, ownSetupAnswers } from './own-setup-condition.ts';
import { type PoolCondition, poolAnswers } from './pool-condition.ts';
import { type RepairCondition, repairAnswers } from './repair-condition.ts';

/** A question about a Host with a name of its own, so that steps stay data. */
export type Condition =
  | PoolCondition
  | GrowthCondition
  | ActivationCondition
  | DockerCondition
  | ContainerdCondition
  | DeviceCondition
  | OwnSetupCondition
  | KeepCondition
  | RepairCondition
  | { is: 'not'; of: Condition }
  | { is: 'all'; of: readonly Condition[] }
  | { is: 'any'; of: readonly Condition[] };

const answers = {
  ...poolAnswers,
  ...growthAnswers,
  ...activationAnswers,
  ...dockerAnswers,
  ...containerdAnswers,
  ...deviceAnswers,
  ...ownSetupAnswers,
  ...keepAnswers,
  ...repairAnswers,
};

/** The opposite. */
export const not = (condition: Condition): Condition => ({ is: 'not', of: condition });

/** All of them at once. */
export const all = (...of: readonly Condition[]): Condition => ({ is: 'all', of });

/** One of them at least. */
export const any = (...of: readonly Condition[]): Condition => ({ is: 'any', of });

/** Whether the condition holds on this host. */
export function holds(condition: Condition, host: Host): boolean {
  if (condition.is === 'not') return !holds(condition.of, host);
  if (condition.is === 'all') return condition.of.every((each) => holds(each, host));
  if (condition.is === 'any') return condition.of.some((each) => holds(each, host));
  const answer = answers[condition.is] as (host: Host, condition: Condition) => boolean;
  return answer(host, condition);
}

const tagsOf = (images: readonly KeptImage[]): string => images.flatMap(({ tags }) => tags).join(' ');

/** The condition in words, for a message that says what was expected and not seen. */
export function describeCondition(condition: Condition): string {
  if (condition.is === 'not') return `not: ${describeCondition(condition.of)}`;
  if (condition.is === 'all') return condition.of.map(describeCondition).join('; ');
  if (condition.is === 'any') return condition.of.map(describeCondition).join(', or ');
  const { is, ...facts } = condition;
  const details = Object.entries(facts)
    .filter(([name]) => name !== 'content' && name !== 'others')
    .map(([name, value]) => `${name} ${name === 'images' ? tagsOf(value) : wordOf(value)}`)
    .join(', ');
  return details === '' ? is.replaceAll('-', ' ') : `${is.replaceAll('-', ' ')} (${details})`;
}

/** A value in words. */
const wordOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
