import { configuredPool } from '../engines/docker/pool-of.ts';
import type { Host } from '../model/host.ts';
import { dmName, isOurPool } from '../model/lvm.ts';
import { holds } from './condition.ts';
import { refuseUnusableVg } from './host-refusals.ts';
import { refuseFull, refuseSick } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';
import { type LvmPool, type RawPool, resizeSubject } from './resize-subject.ts';

/** The pool that is named, that Docker is set to use, or the only one of LVM's. */
export function adoptSubject(host: Host, asked: string | null): LvmPool | RawPool | Refusal {
  if (asked !== null) return resizeSubject(host, asked);
  const pools = host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes
      .filter(({ kind }) => kind === 'thin-pool')
      .map(({ name }) => ({ name: `${vg.name}/${name}`, kernelName: dmName(vg.name, name) })),
  );
  const configured = host.docker === null ? null : configuredPool(host.docker.config, host.docker.settings);
  const isThere = [...pools.map(({ kernelName }) => kernelName), ...host.thinPools.map(({ name }) => name)];
  if (configured !== null && isThere.includes(configured)) return resizeSubject(host, configured);
  const [only, ...others] = pools;
  if (others.length === 0) return resizeSubject(host, only?.name ?? null);
  const reason = `LVM has more than one: ${pools.map(({ name }) => name).join(', ')}`;
  return { code: 'ambiguous', subject: 'thin pool', reason, remedy: 'name one with --pool' };
}

/** The thin volumes of LVM's own that live in a pool: whoever makes them there manages it already. */
export const volumesIn = ({ vg, lv }: LvmPool): string[] =>
  vg.logicalVolumes.filter(({ poolLv }) => poolLv === lv.name).map(({ name }) => name);

/** What stands against looking after a pool. */
export function refuseAdoption(host: Host, asked: string | null, pool: LvmPool | RawPool): Refusal[] {
  const { name: subject, status } = pool;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject, reason, remedy },
  ];
  if (pool.kind === 'raw') {
    const reason = "it is no pool of LVM's: it can have no profile, and nothing extends it by itself";
    return refuse('no-vg', reason, `dmtool status watches it, dmtool resize --pool ${subject} grows it`);
  }
  const unusable = [...refuseUnusableVg(pool.vg), ...refuseSick(pool, false)];
  if (unusable.length > 0) return unusable;
  if (status.mode === 'out_of_data_space') return [refuseFull(subject)];
  if (!holds({ is: 'pool-healthy', vg: pool.vg.name, pool: pool.lv.name }, host)) {
    const reason = 'the kernel does not run all of what LVM has of it';
    return refuse('pool-unhealthy', reason, 'dmtool status tells what ails it');
  }
  const volumes = asked === null && !isOurPool(pool.vg, pool.lv) ? volumesIn(pool) : [];
  if (volumes.length === 0) return [];
  const reason = `thin volumes of LVM's own live in it (${volumes.join(', ')}): somebody manages it already`;
  return refuse('in-use', reason, `dmtool adopt --pool ${subject}, if it is to be looked after all the same`);
}
