import type { Host } from '../model/host.ts';
import type { ResizeIntent } from '../model/intent.ts';
import { GROWTH_PROGRAMS } from '../tools/programs.ts';
import { formatSize } from '../units/size.ts';
import { all, holds } from './condition.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { lookStep } from './make-step.ts';
import { refuseSick } from './pool-refusals.ts';
import { growLvmPool } from './resize-lvm.ts';
import { addedDevices } from './resize-lvm-steps.ts';
import { resizeRecordName } from './resize-new-devices.ts';
import { growRawPool } from './resize-raw.ts';
import { lostWrites } from './resize-refusals.ts';
import { type LvmPool, type RawPool, resizeSubject } from './resize-subject.ts';
import type { Planned } from './step.ts';

/**
 * Plans how a pool grows while it runs (reference: "Increase capacity on a running device"), whoever made it: nothing
 * when it is that large already.
 */
export function planResize(host: Host, intent: ResizeIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, GROWTH_PROGRAMS)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const pool = resizeSubject(host, intent.pool);
  if ('code' in pool) return { kind: 'refused', refusals: [...blind, pool] };
  const sick = [...blind, ...refuseSick(pool, intent.metadata !== null)];
  const growth = pool.kind === 'lvm' ? growLvmPool(host, intent, pool) : growRawPool(host, intent, pool);
  const refusals = [...sick, ...('steps' in growth ? [] : growth)];
  if (refusals.length > 0 || !('steps' in growth)) return { kind: 'refused', refusals };

  const missing = growth.steps.filter(({ done, onlyIfNeeded }) => onlyIfNeeded || !holds(done, host));
  const grows = missing.some(({ onlyIfNeeded }) => !onlyIfNeeded);
  const name = resizeRecordName(pool.name);
  const isUnfinished = host.ownership.some((record) => record.name === name);
  const data = formatSize(growth.dataSizeBytes);
  const size = intent.metadata === null ? data : `${data}, and ${formatSize(growth.metadataSizeBytes)} of metadata,`;
  return {
    kind: 'ready',
    plan: {
      subject: `Thin pool ${pool.name} grows while it runs`,
      steps: grows
        ? missing
        : isUnfinished
          ? [lookStep('See that it has grown', all(...growth.steps.map(({ done }) => done)))]
          : [],
      warnings: [...lostWrites(pool), ...growth.warnings],
      notes: growth.notes,
      owns: { name, pool: null, docker: null, adds: addsOf(host, intent, pool) },
      record: 'forget',
      summary: null,
      endings: {
        done: `Thin pool ${pool.name} holds ${size} now: read back from the kernel.`,
        nothingToDo: `Thin pool ${pool.name} holds ${size} already: nothing to do, nothing changed.`,
      },
      undoCommand: null,
      wayBack: [],
    },
  };
}

const addsOf = (host: Host, intent: ResizeIntent, pool: LvmPool | RawPool) =>
  pool.kind === 'lvm' ? addedDevices(host, intent, pool) : [];
