import type { Bytes } from '../units/quantity.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about pools that come back after a reboot. */
export type ActivationCondition =
  /** The recorded pool's file is attached to that loop device. */
  | { is: 'part-attached'; poolName: string; part: 'data' | 'metadata'; device: string }
  /** Its file, or device, is there, and at least so large. */
  | { is: 'part-holds'; poolName: string; part: 'data' | 'metadata'; sizeBytes: Bytes };

/** How each is answered. */
export const activationAnswers: Answers<ActivationCondition> = {
  'part-attached': ({ activation }, { poolName, part, device }) =>
    activation?.parts.some((each) => each.name === poolName && each[part].device === device) === true,
  'part-holds': ({ activation }, { poolName, part, sizeBytes }) =>
    activation?.parts.some(({ name, [part]: { sizeBytes: found } }) => {
      return name === poolName && found !== null && found >= sizeBytes;
    }) === true,
};
