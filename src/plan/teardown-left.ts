import { findVg, type Host } from '../model/host.ts';
import { findLv, isMadePool, isOurs } from '../model/lvm.ts';
import type { PoolOwnership } from '../model/ownership.ts';
import { OWN_PROFILE_PATH } from './own-setup-site.ts';
import { hasOwnSetup, ownSetupRemoval } from './own-setup-steps.ts';
import type { Step } from './step.ts';

/** What Docker made for a run that was cut off before it could put its tags on it, or while it took it away again. */
export function isLeftByDocker(host: Host, { vg, pool, provisionedBy, devices }: PoolOwnership): boolean {
  const group = findVg(host, vg);
  const lv = findLv(group, pool);
  const isMarked = group !== undefined && lv !== undefined && isOurs(group) && isMadePool(group, lv);
  const isUnfinished = host.ownership.some((record) => record.pool?.vg === vg && record.pool.pool === pool);
  if (provisionedBy !== 'docker' || !isUnfinished || isMarked) return false;
  return devices.some(({ path }) => hasOwnSetup(host, path, OWN_PROFILE_PATH));
}

/** Steps that take it away. */
export const leftSteps = (host: Host, { devices }: PoolOwnership): Step[] =>
  devices
    .flatMap(({ path }) => ownSetupRemoval(host, path, OWN_PROFILE_PATH))
    .map((each) => ({ ...each, final: 'begun' }));
