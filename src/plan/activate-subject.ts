import { configuredPool } from '../engines/docker/pool-of.ts';
import type { Host } from '../model/host.ts';
import { dmName, isOurPool, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import { isPoolCalled } from '../model/pool-names.ts';
import type { RawPoolRecord } from '../model/raw-pool.ts';
import { type KernelThinPool, kernelPoolOf } from '../model/thin-pool.ts';
import type { Refusal } from './refusal.ts';

/** A pool that can be brought back. */
export interface Candidate {
  name: string;
  kernelName: string;
  kernel: KernelThinPool | undefined;
  /** dmtool made it or wrote it down, or an engine is to use it. */
  isNeeded: boolean;
  /** null: it runs, and that is all that is known. */
  from: { vg: VolumeGroup; lv: LogicalVolume } | RawPoolRecord | null;
}

/** Whether the kernel runs it. */
export const isActive = ({ kernel }: Candidate): boolean => kernel?.table != null;

/** The pools to bring back: the one that is named; or all that are needed; or the only one there is. */
export const activationSubjects = (host: Host, asked: string | null): readonly Candidate[] | Refusal =>
  choose(candidates(host), asked);

/** Those that this host needs: dmtool looks after them or wrote them down, or an engine is to use them. */
export const neededPools = (host: Host): Candidate[] => candidates(host).filter(({ isNeeded }) => isNeeded);

/** Every pool that LVM, the kernel or dmtool's own notes know. */
export function candidates(host: Host): Candidate[] {
  const { docker, containerd, thinPools } = host;
  const configured = [
    docker && configuredPool(docker.config, docker.settings),
    containerd?.effective?.snapshotter['pool_name'],
  ];
  const ofLvm = host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes
      .filter(({ kind }) => kind === 'thin-pool')
      .map((lv) => {
        const kernelName = dmName(vg.name, lv.name);
        const isNeeded = isOurPool(vg, lv) || configured.includes(kernelName);
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

/** By one of its names. */
export const isCalled = ({ kernelName }: Candidate, asked: string): boolean => isPoolCalled(kernelName, asked);

function choose(all: readonly Candidate[], asked: string | null): readonly Candidate[] | Refusal {
  const subject = asked ?? 'thin pool';
  const found = asked === null ? all.filter(({ isNeeded }) => isNeeded) : all.filter((each) => isCalled(each, asked));
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
