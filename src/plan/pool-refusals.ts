import type { Host } from '../model/host.ts';
import { type KernelThinPool, kernelPoolOf, type ThinPoolStatus, type ThinPoolTable } from '../model/thin-pool.ts';
import { holds } from './condition.ts';
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

/** From so full on metadata are what made a pool read-only: the kernel stops a little before the last block. */
const FULL_PERCENT = 90n;

const isMetadataFull = ({ usedMetadataBlocks, totalMetadataBlocks }: ThinPoolStatus): boolean =>
  usedMetadataBlocks * 100n >= totalMetadataBlocks * FULL_PERCENT;

/** A pool that answers, under the name that it is told by. */
interface WorkingPool {
  name: string;
  status: ThinPoolStatus;
  table: ThinPoolTable;
}

/**
 * A pool that the kernel would not let grow, and of which it would say nothing.
 * @param growsMetadata they are to become larger
 */
export function refuseSick({ name, status, table }: WorkingPool, growsMetadata: boolean): Refusal[] {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: name, reason, remedy },
  ];
  if (status.needsCheck) {
    const reason = 'its metadata need a check; until then the kernel keeps it read-only, and ignores a resize';
    return refuse('needs-check', reason, `dmtool repair --pool ${name}`);
  }
  if (status.mode !== 'ro') return [];
  if (table.features.includes('read_only')) {
    return [refuseReadOnlyTable(name)];
  }
  if (!isMetadataFull(status))
    return refuse(
      'read-only',
      'the kernel made it read-only',
      `look at dmesg for the reason; dmtool repair --pool ${name}`,
    );
  if (growsMetadata) return [];
  const remedy = `give it more: dmtool resize --pool ${name} --metadata SIZE`;
  return refuse('read-only', 'its metadata are full, and the kernel made it read-only', remedy);
}

export const refuseReadOnlyTable = (name: string): Refusal => ({
  code: 'read-only',
  subject: name,
  reason: 'its table makes it read-only',
  remedy: 'find out who loaded it so: dmsetup table',
});

export const refuseFull = (name: string): Refusal => ({
  code: 'pool-unhealthy',
  subject: name,
  reason: 'it is full, and its writers wait',
  remedy: `dmtool resize --pool ${name}`,
});

/** A pool that stands, and that nothing is built on before it is well. */
export function refuseUnwell(name: string, { table, status, suspended, name: kernelName }: KernelThinPool): Refusal[] {
  if (suspended) return [refuseSuspended(name, kernelName)];
  if (hasFailed(status)) return [refuseFailed(name)];
  if (table === null || status.state !== 'working') return [refuseUnseen(name)];
  const sick = refuseSick({ name, table, status }, false);
  return sick.length === 0 && status.mode === 'out_of_data_space' ? [refuseFull(name)] : sick;
}

/** The same of an active pool of LVM's, of which the kernel has to run all. */
export function refuseUnhealthy(host: Host, vg: string, pool: string): Refusal[] {
  if (holds({ is: 'pool-healthy', vg, pool }, host)) return [];
  const name = `${vg}/${pool}`;
  const kernel = kernelPoolOf(host.thinPools, vg, pool);
  const refusals = kernel ? refuseUnwell(name, kernel) : [];
  return refusals.length > 0 ? refusals : [refuseUnseen(name)];
}

/** It is not known what ails it. */
const refuseUnseen = (name: string): Refusal => ({
  code: 'pool-unhealthy',
  subject: name,
  reason: 'the pool exists, and the kernel does not run it in health',
  remedy: 'dmtool status tells what ails it',
});
