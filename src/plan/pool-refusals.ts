import type { KernelThinPool } from '../model/thin-pool.ts';
import type { Refusal } from './refusal.ts';

/** @param kernelName its device-mapper name, which may not be the one it was asked for by */
export const refuseSuspended = (name: string, kernelName: string): Refusal => ({
  code: 'pool-suspended',
  subject: name,
  reason: 'it is suspended: all that is sent to it waits',
  remedy: `dmsetup resume ${kernelName}`,
});

export const refuseFailed = (name: string): Refusal => ({
  code: 'pool-unhealthy',
  subject: name,
  reason: 'it has failed: it can be neither read nor written to',
  remedy: `dmtool repair --pool ${name}`,
});

/** The kernel says Fail or Error of it. */
export const hasFailed = ({ state }: KernelThinPool['status']): boolean => state === 'fail' || state === 'error';
