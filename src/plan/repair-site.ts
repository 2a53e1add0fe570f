import { isOfEngine } from '../health/engine-of.ts';
import type { Host } from '../model/host.ts';
import { dmName, type LogicalVolume } from '../model/lvm.ts';
import { nextDirectory, type RepairFacts, type RepairOwnership, type RepairRun, runIn } from '../model/repair.ts';
import type { ThinDevice } from '../model/thin-pool.ts';
import { engineOwnership, enginesOn, type PoolEngines } from './repair-engine.ts';
import { isWell, repairName, type SickLvmPool, type SickPool } from './repair-subject.ts';

/** A pool that is to be repaired, who is on it, and what is to be again as it was. */
export interface RepairSite {
  pool: SickPool;
  engines: PoolEngines;
  facts: RepairFacts;
  /** Thin devices that are active on it, LVM's own volumes too. */
  thins: readonly ThinDevice[];
  /** Of them those that neither an engine nor LVM makes by itself. */
  strangers: readonly ThinDevice[];
  /** Of those the ones with an external origin. */
  layered: readonly string[];
  before: RepairOwnership;
  /** A run was cut off. */
  isUnfinished: boolean;
  /** It had come so far that the pool is well, or the pool came up well after it. */
  isMended: boolean;
}

/** LVM's thin volumes in a pool. */
export const volumesIn = ({ vg, lv: { name } }: SickLvmPool): LogicalVolume[] =>
  vg.logicalVolumes.filter(({ kind, poolLv }) => kind === 'thin' && poolLv === name);

/** Looks at all that a repair of this pool touches. */
export function surveyRepair(host: Host, pool: SickPool, facts: RepairFacts): RepairSite {
  const engines = enginesOn(host, pool.kernelName);
  const names = [pool.kernelName, `${pool.kernelName}-tpool`];
  const thins = host.thinDevices.filter(({ poolName }) => names.includes(poolName));
  const own = pool.kind === 'lvm' ? volumesIn(pool).map(({ name }) => dmName(pool.vg.name, name)) : [];
  const strangers = thins.filter(({ name }) => !isOfEngine(name) && !own.includes(name));
  const unfinished = host.ownership.find(({ name }) => name === repairName(pool.name))?.repairs;
  const isMended =
    unfinished !== undefined && isWell(pool.kernel) && !isKnownIll(pool, runIn(facts, unfinished.directory));
  const now = ownershipNow(host, { pool, engines, facts, strangers });
  return {
    pool,
    engines,
    facts,
    thins,
    strangers,
    layered: strangers
      .map(({ name }) => name)
      .filter((name) => host.poolDevices?.active.some((each) => each.name === name && each.hasOrigin)),
    before: unfinished === undefined ? now : withUnfinished(now, unfinished, facts, isMended),
    isUnfinished: unfinished !== undefined,
    isMended,
  };
}

/** What was found of its metadata is not mended: the kernel does not see it until it comes there. */
function isKnownIll({ kind }: SickPool, run: RepairRun | undefined): boolean {
  if (run?.check == null || run.isMendedSound) return false;
  return !run.check.isSound || (kind === 'raw' && run.check.isFull);
}

function ownershipNow(
  { poolDevices }: Host,
  { pool, engines, facts, strangers }: Pick<RepairSite, 'pool' | 'engines' | 'facts' | 'strangers'>,
): RepairOwnership {
  const volumes = pool.kind === 'lvm' ? volumesIn(pool).filter(({ active }) => active) : [];
  const known = poolDevices?.active.filter(({ name }) => strangers.some((each) => each.name === name)) ?? [];
  return {
    directory: nextDirectory(facts, pool.kernelName),
    ...engineOwnership(engines),
    volumes: volumes.map(({ name }) => name),
    devices: known.map(({ name, id, lengthSectors, uuid, readOnly }) => ({
      ...{ name, id, lengthSectors },
      ...(uuid === undefined ? {} : { uuid }),
      ...(readOnly ? { readOnly } : {}),
    })),
  };
}

/** A run that was cut off had stopped what is to run again; what it has kept is kept, and only a half copy is done over. */
function withUnfinished(
  now: RepairOwnership,
  then: RepairOwnership,
  facts: RepairFacts,
  isMended: boolean,
): RepairOwnership {
  const both = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];
  const isNew = runIn(facts, then.directory)?.isCopied !== true;
  const others = now.devices.filter(({ name }) => then.devices.every((each) => each.name !== name));
  return {
    directory: isMended || isNew ? then.directory : now.directory,
    services: both(then.services, now.services),
    restart: both(then.restart, now.restart),
    containerdRan: then.containerdRan || now.containerdRan,
    volumes: both(then.volumes, now.volumes),
    devices: [...then.devices, ...others],
  };
}
