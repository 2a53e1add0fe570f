import { configuredPool } from '../engines/docker/pool-of.ts';
import type { Host } from '../model/host.ts';
import type { ActivateIntent } from '../model/intent.ts';
import { dmName, isOurPool, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import type { RawPoolRecord } from '../model/raw-pool.ts';
import { type KernelThinPool, kernelPoolOf } from '../model/thin-pool.ts';
import { lvchangeActivate } from '../tools/lvm-commands.ts';
import { ACTIVATION_PROGRAMS } from '../tools/programs.ts';
import { restartDocker } from './activate-engine.ts';
import { makeRawPool } from './activate-raw.ts';
import { all, holds } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import { hasLooked, refusePrograms, refuseUnusableVg, refuseUser } from './setup-refusals.ts';
import type { Planned, Step } from './step.ts';

/** A pool that can be brought back. */
interface Candidate {
  name: string;
  kernelName: string;
  kernel: KernelThinPool | undefined;
  /** dmtool made it or wrote it down, or Docker is to use it. */
  isNeeded: boolean;
  /** null: it runs, and that is all that is known. */
  from: { vg: VolumeGroup; lv: LogicalVolume } | RawPoolRecord | null;
}

const isActive = ({ kernel }: Candidate): boolean => kernel?.table != null;

/** Plans what brings pools back after a reboot, and the Docker that missed one; nothing for those that are active. */
export function planActivate(host: Host, intent: ActivateIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host, ACTIVATION_PROGRAMS)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const pools = choose(candidates(host), intent.pool);
  if ('code' in pools) return { kind: 'refused', refusals: [...blind, pools] };
  const freeLoops = [...(host.activation?.freeLoops ?? [])];
  const ways = pools.map((pool) => wayBack(host, pool, freeLoops));
  const refusals = [...blind, ...ways.flat().filter((each) => 'code' in each)];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const steps = ways.flat().filter((each) => 'do' in each);
  const names = pools.map(({ name }) => name).join(', ');
  const subject = pools.length === 1 ? `Thin pool ${names} is` : `Thin pools ${names} are`;
  const restart = restartDocker(
    host,
    pools.map(({ kernelName }) => kernelName),
  );
  return {
    kind: 'ready',
    plan: {
      subject: `${subject} brought back`,
      steps: [...steps.filter(({ done }) => !holds(done, host)), ...restart],
      warnings: [],
      notes: [],
      owns: { name: `activation of ${names}`, pool: null, docker: null },
      record: 'forget',
      summary: null,
      endings: {
        done: `${subject} active: read back from the kernel.`,
        nothingToDo: `${subject} active already: nothing to do, nothing changed.`,
      },
      undoCommand: null,
      wayBack: [],
    },
  };
}

function candidates(host: Host): Candidate[] {
  const { docker, thinPools } = host;
  const configured = docker === null ? null : configuredPool(docker.config, docker.settings);
  const ofLvm = host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes
      .filter(({ kind }) => kind === 'thin-pool')
      .map((lv) => {
        const kernelName = dmName(vg.name, lv.name);
        const isNeeded = isOurPool(vg, lv) || kernelName === configured;
        const kernel = kernelPoolOf(thinPools, vg.name, lv.name);
        return { name: `${vg.name}/${lv.name}`, kernelName, kernel, isNeeded, from: { vg, lv } };
      }),
  );
  const raw = host.rawPools.map((record) => {
    const kernel = thinPools.find(({ name }) => name === record.name);
    return { name: record.name, kernelName: record.name, kernel, isNeeded: true, from: record };
  });
  const known = [...ofLvm, ...raw];
  const others = thinPools
    .filter((pool) => known.every(({ kernel }) => kernel !== pool))
    .map((kernel) => ({ name: kernel.name, kernelName: kernel.name, kernel, isNeeded: false, from: null }));
  return [...known, ...others];
}

/** What is named; or else what is needed; or else the only one there is. */
function choose(all: readonly Candidate[], asked: string | null): readonly Candidate[] | Refusal {
  const subject = asked ?? 'thin pool';
  const short = asked?.replace(/^\/dev\/(?:mapper\/)?/, '');
  const found =
    short === undefined
      ? all.filter(({ isNeeded }) => isNeeded)
      : all.filter(({ name, kernelName, from }) =>
          [name, kernelName, ...(from !== null && 'lv' in from ? [from.lv.name] : [])].includes(short),
        );
  const chosen = found.length > 0 || asked !== null ? found : all;
  if (chosen.length === 0) {
    const reason = `neither LVM nor what dmtool wrote down knows one${asked === null ? '' : ' of that name'}`;
    return {
      code: 'pool-absent',
      subject,
      reason,
      remedy: 'look at lvs --all; Docker makes its own pools on files when it starts',
    };
  }
  const unneeded = found.length > 0 ? [] : chosen.filter((each) => !isActive(each));
  const doubtful = asked === null ? unneeded : chosen;
  if (doubtful.length > 1) {
    const reason = `there is more than one: ${doubtful.map(({ name }) => name).join(', ')}`;
    return { code: 'ambiguous', subject, reason, remedy: 'name one with --pool' };
  }
  return chosen;
}

function wayBack(host: Host, pool: Candidate, freeLoops: string[]): (Step | Refusal)[] {
  const { name, kernel, from } = pool;
  if (kernel?.suspended) {
    const reason = 'it is suspended: all that is sent to it waits';
    return [{ code: 'pool-suspended', subject: name, reason, remedy: `dmsetup resume ${kernel.name}` }];
  }
  if (isActive(pool)) return [];
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
