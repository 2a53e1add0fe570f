import type { Host } from '../model/host.ts';
import type { ActivateIntent } from '../model/intent.ts';
import type { LogicalVolume } from '../model/lvm.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { lvchangeActivate } from '../tools/lvm-commands.ts';
import { ACTIVATION_PROGRAMS } from '../tools/programs.ts';
import { shellLine } from '../tools/shell-line.ts';
import { restartContainerd } from './activate-containerd.ts';
import { restartDocker } from './activate-engine.ts';
import { makeRawPool } from './activate-raw.ts';
import { activationSubjects, type Candidate } from './activate-subject.ts';
import { all, type Condition } from './condition.ts';
import { hasLooked, refusePrograms, refuseUnusableVg, refuseUser } from './host-refusals.ts';
import { exec, lookStep, step } from './make-step.ts';
import { hasFailed, refuseFailed, refuseSuspended } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';
import type { Note, Plan, Planned, Step } from './step.ts';

/** The kernel runs it. */
export const runs = ({ kernel, kernelName }: Candidate): Condition => ({
  is: 'kernel-pool-holds',
  poolName: kernel?.name ?? kernelName,
  dataBlocks: 0n,
  metadataBlocks: 0n,
});

/** What an activation is called that was not finished. */
const RECORD_NAME = 'activation';

/** Plans what brings pools back after a reboot, and the Docker that missed one; nothing for those that are active. */
export function planActivate(host: Host, intent: ActivateIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, ACTIVATION_PROGRAMS)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const pools = activationSubjects(host, intent.pool);
  if ('code' in pools) return { kind: 'refused', refusals: [...blind, pools] };
  const freeLoops = [...(host.activation?.freeLoops ?? [])];
  const ways = pools.map((pool) => wayBack(host, pool, freeLoops));
  const refusals = [...blind, ...ways.flat().filter((each) => 'code' in each)];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const kernelNames = pools.map(({ kernelName }) => kernelName);
  const steps = [
    ...ways.flat().filter((each) => 'do' in each),
    ...restartContainerd(host, kernelNames),
    ...restartDocker(host, kernelNames),
  ];
  // Killed after its last step: one look is left, and then its record is closed.
  const isUnfinished = steps.length === 0 && host.ownership.some(({ name }) => name === RECORD_NAME);
  const look = lookStep('See that all of it runs', all(...pools.map(runs)));
  return { kind: 'ready', plan: activation(pools, isUnfinished ? [look] : steps) };
}

function activation(pools: readonly Candidate[], steps: readonly Step[]): Plan {
  const names = pools.map(({ name }) => name).join(', ');
  const subject = pools.length === 1 ? `Thin pool ${names} is` : `Thin pools ${names} are`;
  return {
    subject: `${subject} brought back`,
    steps,
    warnings: [],
    notes: steps.length > 0 ? stillAsleep(pools) : [],
    owns: { name: RECORD_NAME, pool: null, docker: null },
    record: 'forget',
    summary: null,
    endings: {
      done: `${subject} active: read back from the kernel.`,
      nothingToDo: `${subject} active already: nothing to do, nothing changed.`,
    },
    undoCommand: null,
    wayBack: [],
  };
}

/** Thin volumes come back on their own word; those that LVM skips when it activates others (lvmthin(7)) are meant to sleep. */
function stillAsleep(pools: readonly Candidate[]): Note[] {
  const lines = pools
    .flatMap(({ from }) => (from !== null && 'lv' in from ? [from] : []))
    .flatMap(({ vg, lv }) => vg.logicalVolumes.filter(isAsleepOn(lv)).map(({ name }) => `${vg.name}/${name}`))
    .map((volume) => shellLine(['lvchange', '--activate', 'y', '--', volume]));
  return lines.length === 0
    ? []
    : [{ heading: 'Thin volumes on it stay inactive; these commands activate them', lines }];
}

const isAsleepOn = (pool: LogicalVolume) => (lv: LogicalVolume) =>
  lv.poolLv === pool.name && !lv.active && lv.attributes.charAt(9) !== 'k';

/**
 * What brings one pool back, or what stands against it.
 * @param freeLoops loop devices that nobody uses: those that it takes are gone from it
 */
export function wayBack(host: Host, pool: Candidate, freeLoops: string[]): (Step | Refusal)[] {
  const { name, kernel, from } = pool;
  if (kernel?.suspended) return [refuseSuspended(name, kernel.name)];
  if (kernel?.table) return refuseSick(name, kernel.status);
  if (from === null) {
    const reason = 'the kernel has it without a live table, and nobody knows how it is made';
    return [{ code: 'pool-inactive', subject: name, reason, remedy: `dmsetup info ${name} tells who has it` }];
  }
  if (!('lv' in from)) return makeRawPool(host, from, freeLoops);
  const { vg, lv } = from;
  const unusable = refuseUnusableVg(vg);
  if (unusable.length > 0) return unusable;
  const of = { vg: vg.name, pool: lv.name };
  return [
    step({
      id: `activate:${name}`,
      title: `Activate thin pool ${name}, and have dmeventd watch it`,
      do: exec(lvchangeActivate(vg.name, lv.name)),
      done: all({ is: 'pool-active', ...of }, { is: 'pool-healthy', ...of }),
      final: 'done',
    }),
  ];
}

/** What is active, and ill, is left alone. */
function refuseSick(name: string, status: KernelThinPool['status']): Refusal[] {
  if (hasFailed(status)) return [refuseFailed(name)];
  if (status.state === 'working') return [];
  const reason = `it is active, and the kernel says ${status.text.trim()}, which is not known here`;
  return [{ code: 'pool-unhealthy', subject: name, reason, remedy: 'dmtool status tells what ails it' }];
}
