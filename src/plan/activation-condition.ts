import type { Answers } from './pool-condition.ts';

/** Questions about pools that come back after a reboot. */
export type ActivationCondition =
  /** The recorded pool's file is attached to that loop device. */
  { is: 'part-attached'; poolName: string; part: 'data' | 'metadata'; device: string };

/** How each is answered. */
export const activationAnswers: Answers<ActivationCondition> = {
  'part-attached': ({ activation }, { poolName, part, device }) =>
    activation?.parts.some((each) => each.name === poolName && each[part].device === device) === true,
};
