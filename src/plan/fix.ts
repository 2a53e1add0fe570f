import type { Host } from '../model/host.ts';
import type { FixIntent } from '../model/intent.ts';
import { isOurPool } from '../model/lvm.ts';
import type { ThinPoolStatus } from '../model/thin-pool.ts';
import { ACTIVATION_PROGRAMS, CARE_PROGRAMS } from '../tools/programs.ts';
import { runs, wayBack } from './activate.ts';
import { restartDocker } from './activate-engine.ts';
import { type Candidate, neededPools } from './activate-subject.ts';
import { refuseAdoption } from './adopt-subject.ts';
import { type CarePool, type CareRepair, careRepairSteps } from './care-steps.ts';
import { growthWarnings, hostWarnings } from './care-warnings.ts';
import { all } from './condition.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { lookStep } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import { resizeSubject } from './resize-subject.ts';
import type { Planned, Step } from './step.ts';

/** What a repair is called that was not finished. */
const RECORD_NAME = 'repair';

const NEEDED = [...new Set([...CARE_PROGRAMS, ...ACTIVATION_PROGRAMS])];

/**
 * Plans what all that dmtool looks after lacks: pools that are not active come back, and LVM's get their profile,
 * dmeventd and their low water mark. A pool that can't be helped keeps no other from it: it is left alone, and told.
 */
export function planFix(host: Host, { profileTemplate }: FixIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, NEEDED)];
  if (blind.length > 0 || !hasLooked(host)) return { kind: 'refused', refusals: blind };
  const isUnfinished = host.ownership.some(({ name }) => name === RECORD_NAME);
  const freeLoops = [...(host.activation?.freeLoops ?? [])];
  const repairs = neededPools(host).map((pool) => repairOf(host, pool, freeLoops, profileTemplate));
  const helped = repairs.filter(({ left }) => left.length === 0).map(({ pool }) => pool);
  const missing = [
    ...repairs.flatMap(({ care }) => care?.marking ?? []),
    ...repairs.flatMap(({ activation }) => activation),
    ...repairs.flatMap(({ care }) => care?.watching ?? []),
    ...restartDocker(
      host,
      helped.map(({ kernelName }) => kernelName),
    ),
  ];
  // Killed after its last step: one look is left, and then its record is closed.
  const look = isUnfinished ? [lookStep('See that all of it runs', all(...helped.map(runs)))] : [];
  return {
    kind: 'ready',
    plan: {
      subject: 'What dmtool looks after is mended',
      steps: missing.length > 0 ? missing : look,
      warnings: [...repairs.flatMap(({ warnings }) => warnings), ...hostWarnings(host)],
      notes: [],
      owns: { name: RECORD_NAME, pool: null, docker: null },
      record: 'forget',
      summary: null,
      endings: {
        done: 'What dmtool looks after is active and watched: read back from the kernel.',
        nothingToDo: 'What dmtool looks after lacks nothing that could be mended: nothing to do, nothing changed.',
      },
      undoCommand: null,
      wayBack: [],
    },
  };
}

interface PoolRepair {
  pool: Candidate;
  activation: Step[];
  /** null: it is no pool that LVM could look after for dmtool. */
  care: CareRepair | null;
  /** Why it is left alone. */
  left: Refusal[];
  warnings: string[];
}

function repairOf(host: Host, pool: Candidate, freeLoops: string[], profileTemplate: string): PoolRepair {
  const way = wayBack(host, pool, freeLoops);
  const activation = way.filter((each) => 'do' in each);
  const subject = careSubject(host, pool);
  const inTheWay = way.filter((each) => 'code' in each);
  const left = inTheWay.length > 0 ? inTheWay : (subject?.left ?? []);
  if (left.length > 0) {
    const warnings = left.map(({ subject: name, reason, remedy }) => `${name} is left alone: ${reason}. ${remedy}`);
    return { pool, activation: [], care: null, left, warnings };
  }
  if (subject === null) return { pool, activation, care: null, left, warnings: [] };
  const care = careRepairSteps(host, subject.pool, profileTemplate);
  return { pool, activation, care, left, warnings: growthWarnings(subject.pool, care.profile, subject.status) };
}

interface CareSubject {
  pool: CarePool;
  /** null: it is not active. */
  status: ThinPoolStatus | null;
  left: Refusal[];
}

/** A pool of LVM's that dmtool looks after, and what stands against it; null: it is none. */
function careSubject(host: Host, { name, kernel, from }: Candidate): CareSubject | null {
  if (from === null || !('lv' in from) || !isOurPool(from.vg, from.lv)) return null;
  const pool = { name, ...from, table: kernel?.table ?? null };
  if (kernel === undefined) return { pool, status: null, left: [] };
  const running = resizeSubject(host, name);
  if ('code' in running) return { pool, status: null, left: [running] };
  return { pool, status: running.status, left: refuseAdoption(host, name, running) };
}
