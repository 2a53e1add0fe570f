import type { Host } from '../model/host.ts';
import type { RepairIntent } from '../model/intent.ts';
import { runIn } from '../model/repair.ts';
import { REPAIR_PROGRAMS } from '../tools/programs.ts';
import { hasLooked, refusePrograms, refuseUser } from './host-refusals.ts';
import { lookStep } from './make-step.ts';
import { releaseSteps, showDevices } from './repair-devices.ts';
import { missing, startEngines, stopEngines } from './repair-engine.ts';
import { filesystemSteps } from './repair-filesystems.ts';
import { growSteps, mendLvmPool } from './repair-lvm.ts';
import { mendRawPool } from './repair-raw.ts';
import { refuseSickPool, refuseUses } from './repair-refusals.ts';
import { type RepairSite, surveyRepair } from './repair-site.ts';
import { isFull, repairName, repairSubject } from './repair-subject.ts';
import { showVolumes } from './repair-volumes.ts';
import { lossesOf } from './repair-warnings.ts';
import type { Plan, Planned, Step } from './step.ts';

/**
 * Plans what makes a pool well again whose metadata need a check, are damaged or full: nobody uses it meanwhile, they are
 * copied before anything else, and the least that helps is done.
 */
export function planRepair(host: Host, { pool: asked }: RepairIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, REPAIR_PROGRAMS)];
  if (!hasLooked(host) || host.repair === null) return { kind: 'refused', refusals: blind };
  const pool = repairSubject(host, asked);
  if ('code' in pool) return { kind: 'refused', refusals: [...blind, pool] };
  const site = surveyRepair(host, pool, host.repair);
  const ill = refuseSickPool(host, pool, site.isUnfinished);
  const refusals = [...blind, ...ill, ...(ill.length > 0 || site.isMended ? [] : refuseUses(site))];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  return { kind: 'ready', plan: repairPlan(host, site) };
}

function repairPlan(host: Host, site: RepairSite): Plan {
  const { pool, before, isMended } = site;
  const { name } = pool;
  const rest = isMended ? missing(host, closingSteps(host, site)) : [];
  const steps = isMended ? rest : [...openingSteps(host, site), ...closingSteps(host, site)];
  return {
    subject: `Thin pool ${name} is repaired`,
    // Killed after its last step: one look is left, and then its record is closed.
    steps: steps.length > 0 ? steps : [lookStep('See that it runs', { is: 'pool-present', poolName: pool.kernelName })],
    warnings: isMended ? [] : lossesOf(site),
    notes: [],
    owns: { name: repairName(name), pool: null, docker: null, repairs: before },
    record: 'forget',
    summary: null,
    endings: {
      done: `Thin pool ${name} runs, read-write and without the flag needs_check: read back from the kernel. ${aboutKept(site)}`,
      nothingToDo: `Thin pool ${name} is well: nothing to do, nothing changed.`,
    },
    undoCommand: null,
    wayBack: [],
  };
}

/** What was kept, and what was looked at: a pool may have come up well by itself after a run that was cut off. */
function aboutKept({ isMended, facts, before: { directory } }: RepairSite): string {
  const run = runIn(facts, directory);
  const kept = `Its metadata as they were are kept in ${directory}.`;
  if (!isMended || (run?.isCopied && run.check !== null)) return kept;
  const unseen = 'nobody looked through its metadata: it came up so after a run that was cut off.';
  return run?.isCopied ? `${kept} But ${unseen}` : `There is no copy, and ${unseen}`;
}

/** Everybody off the pool, and its metadata in order. */
const openingSteps = (host: Host, site: RepairSite): Step[] => [
  ...stopEngines(site.engines, site.pool.kernelName, site.before.directory),
  ...releaseSteps(site),
  ...(site.pool.kind === 'lvm' ? mendLvmPool(site, site.pool) : mendRawPool(host, site, site.pool)),
];

/** All that was on it is on it again. */
function closingSteps(host: Host, site: RepairSite): Step[] {
  const { pool, before, isMended } = site;
  const shown = [...(pool.kind === 'lvm' ? showVolumes(pool, before) : []), ...showDevices(pool.kernelName, before)];
  return [
    // Cut off before they grew: the pool runs till they are full again.
    ...(pool.kind === 'lvm' && isMended && isFull(pool.kernel) ? growSteps(pool, before.directory) : []),
    ...shown,
    ...filesystemSteps(host, site, shown),
    ...startEngines(host, pool.kernelName, before),
  ];
}
