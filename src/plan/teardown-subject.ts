import type { Host } from '../model/host.ts';
import type { TeardownIntent } from '../model/intent.ts';
import { ADOPTED_TAG, dmName, isAdopted, isMadePool, isOurs, OWNER_TAG } from '../model/lvm.ts';
import { LOOP_RECORD, type OwnershipRecord, recordName } from '../model/ownership.ts';
import { isPoolCalled } from '../model/pool-names.ts';
import { profileName } from '../tools/profile.ts';
import type { Refusal } from './refusal.ts';

/** Everything on the host that dmtool made, as records: written ones, and those that tags on pools tell. */
export function findRecords(host: Host): OwnershipRecord[] {
  const records = new Map<string, OwnershipRecord>();
  for (const record of [...taggedPools(host), ...host.installed, ...host.ownership]) {
    if (record.pool !== null || record.docker !== null || record.containerd) records.set(record.name, record);
  }
  return [...records.values()];
}

/** A pool whose record is lost, or that never had one: its tag is enough to know whose it is. */
const taggedPools = (host: Host): OwnershipRecord[] =>
  host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes
      .filter((lv) => lv.kind === 'thin-pool' && isMadePool(vg, lv))
      .map((lv) => ({
        name: recordName(vg.name, lv.name),
        pool: {
          vg: vg.name,
          pool: lv.name,
          makesVg: isOurs(vg),
          devices: [],
          profilePath: `${host.lvm.profileDirectory}/${profileName(vg.name, lv.name)}.profile`,
        },
        docker: null,
      })),
  );

/** What to take back: the one that is named, or the only one; null: there is none. */
export function teardownSubject(host: Host, { vg, pool, loop }: TeardownIntent): OwnershipRecord | Refusal | null {
  const found = findRecords(host).filter(({ name, pool: owned, files }) =>
    loop
      ? name === LOOP_RECORD || files !== undefined
      : (vg === null || owned?.vg === vg) &&
        (pool === null || (owned ? isPoolCalled(dmName(owned.vg, owned.pool), pool) : name === pool)),
  );
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(', ');
    const remedy = 'name one with --vg and --pool, or with --pool alone';
    return { code: 'ambiguous', subject: 'dmtool', reason: `it made more than one thing here: ${names}`, remedy };
  }
  const [only] = found;
  if (only) return only;
  return refuseForeign(host, { vg, pool, loop });
}

/** Pools that are no work of dmtool's: the one that is named, and those that it looks after. */
function refuseForeign(host: Host, { vg, pool, loop }: TeardownIntent): Refusal | null {
  if (loop) return null;
  const foreign = host.volumeGroups
    .filter(({ name }) => vg === null || name === vg)
    .flatMap(({ name, logicalVolumes }) =>
      logicalVolumes
        .filter(({ kind }) => kind === 'thin-pool')
        .filter((lv) => pool === null || isPoolCalled(dmName(name, lv.name), pool))
        // Whoever names neither may mean one that dmtool looks after, and no other.
        .filter((lv) => vg !== null || pool !== null || isAdopted(lv))
        .map((lv) => ({ name: recordName(name, lv.name), isAdopted: isAdopted(lv) })),
    );
  const [first] = foreign;
  if (first === undefined) return null;
  if (foreign.every((each) => each.isAdopted)) return refuseAdopted(foreign.map(({ name }) => name));
  const subject = foreign.map(({ name }) => name).join(', ');
  const remedy = 'remove it by hand, with lvremove, if it is yours to remove';
  return { code: 'not-ours', subject, reason: 'dmtool did not make it', remedy };
}

/** What dmtool has adopted it lets go of, and never removes. */
export function refuseAdopted(names: readonly string[]): Refusal {
  const pools = names.join(' ');
  return {
    code: 'not-ours',
    subject: names.join(', '),
    reason: 'dmtool adopted it, and did not make it',
    remedy: `lvchange --deltag ${OWNER_TAG} --deltag ${ADOPTED_TAG} ${pools} lets go of it, and leaves its profile; lvremove removes it, if it is yours to remove`,
  };
}
