import type { Host } from '../model/host.ts';
import type { AdoptIntent } from '../model/intent.ts';
import { isAdopted, isMadePool } from '../model/lvm.ts';
import { CARE_PROGRAMS } from '../tools/programs.ts';
import { extentsWithin } from '../units/quantity.ts';
import { isOfStorageSetup, originOf } from './adopt-origin.ts';
import { adoptSubject, refuseAdoption, volumesIn } from './adopt-subject.ts';
import { growthSentence } from './care-growth.ts';
import type { CareProfile } from './care-profile.ts';
import { careRepairSteps } from './care-steps.ts';
import { growthWarnings, hostWarnings } from './care-warnings.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { lookStep } from './make-step.ts';
import type { LvmPool } from './resize-subject.ts';
import type { Plan, Planned } from './step.ts';

/** What an adoption is called that was not finished. */
const recordName = (pool: string): string => `adoption of ${pool}`;

/**
 * Plans how a pool of LVM's that somebody else made comes into dmtool's care: profile, monitoring, low water mark, and
 * the tags that every other command goes by. Nothing else of it changes.
 */
export function planAdopt(host: Host, intent: AdoptIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, CARE_PROGRAMS)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const pool = adoptSubject(host, intent.pool);
  if ('code' in pool) return { kind: 'refused', refusals: [...blind, pool] };
  const refusals = [...blind, ...refuseAdoption(host, intent.pool, pool)];
  if (refusals.length > 0 || pool.kind === 'raw') return { kind: 'refused', refusals };
  return { kind: 'ready', plan: adoption(host, intent, pool) };
}

function adoption(host: Host, { profileTemplate }: AdoptIntent, pool: LvmPool): Plan {
  const { name, vg, lv } = pool;
  const isUnfinished = host.ownership.some((record) => record.name === recordName(name));
  const { profile, marking, watching } = careRepairSteps(host, pool, profileTemplate);
  const missing = [...marking, ...watching];
  // Killed after its last step: one look is left, and then its record is closed.
  const look = lookStep('See that the kernel runs it', { is: 'pool-healthy', vg: vg.name, pool: lv.name });
  const steps = missing.length === 0 && isUnfinished ? [look] : missing;
  const isNew = !isAdopted(lv) && !isMadePool(vg, lv);
  return {
    subject: `Thin pool ${name} ${isNew ? "comes into dmtool's care" : 'is looked after again'}`,
    steps,
    warnings: [...ownerWarnings(pool, profile), ...growthWarnings(pool, profile, pool.status), ...hostWarnings(host)],
    notes: [{ heading: `Thin pool ${name}`, lines: linesOf(host, pool, profile) }],
    owns: { name: recordName(name), pool: null, docker: null },
    record: 'forget',
    summary: null,
    endings: {
      done: `Thin pool ${name} is in dmtool's care: watched, marked, and read back from the kernel.`,
      nothingToDo: `Thin pool ${name} is in dmtool's care as wanted: nothing to do, nothing changed.`,
    },
    undoCommand: null,
    wayBack: missing.toReversed().flatMap(({ undo }) => undo.map((each) => each.do)),
  };
}

/** What others, who know nothing of dmtool, may do to the pool. */
function ownerWarnings(pool: LvmPool, { lack }: CareProfile): string[] {
  const volumes = volumesIn(pool).join(', ');
  const warnings: string[] = [];
  if (volumes !== '')
    warnings.push(
      `Thin volumes of LVM's own live in ${pool.name} (${volumes}): whoever makes them there may change the pool as well.`,
    );
  if (lack !== null && isOfStorageSetup(pool.vg, pool.lv))
    warnings.push(
      'container-storage-setup attaches its own profile again, or none, whenever it runs: switch its service off, or run dmtool adopt after it.',
    );
  return warnings;
}

function linesOf(host: Host, { vg, lv }: LvmPool, profile: CareProfile): string[] {
  const data = extentsWithin(lv.sizeBytes, vg.extentSizeBytes);
  const sentence = growthSentence(vg, data, vg.freeExtents, profile.values);
  const { lack, name, path } = profile;
  return [
    `made by   ${originOf(host, vg, lv)}`,
    `profile   ${lack === null ? `${name} stays as it is` : `${path}, because ${lack}`}`,
    ...(sentence === null ? [] : [`growth    ${sentence}`]),
  ];
}
