import type { SnapshotterWish } from '../engines/containerd/settings.ts';
import { CONTAINERD_SERVICE, type ContainerdFacts } from '../model/containerd.ts';
import type { Host } from '../model/host.ts';
import type { LoopIntent, SetupIntent } from '../model/intent.ts';
import { dmName } from '../model/lvm.ts';
import { recordName } from '../model/ownership.ts';
import { type BootUnit, bootUnit, filesBootUnit } from '../tools/boot-unit.ts';
import { bootSteps, bootWayBack } from './boot-steps.ts';
import { refuseContainerd, refuseSnapshotter } from './containerd-refusals.ts';
import { type ContainerdSite, type ContainerdTarget, surveyContainerd } from './containerd-site.ts';
import { containerdSteps, containerdWayBack } from './containerd-steps.ts';
import { filesPool, planFilesPool } from './files-pool.ts';
import { hasLooked } from './host-refusals.ts';
import { refuseDockersRecord } from './other-engine.ts';
import { planSetup } from './setup.ts';
import type { Note, Plan, Planned } from './step.ts';

/** What the operator asked of containerd. */
export interface ContainerdIntent {
  wish: SnapshotterWish;
  /** How long its snapshotter may take to come up. */
  startDeadlineMs: number;
}

/** Plans the pool, and containerd's devmapper snapshotter on it. */
export function planSetupWithContainerd(host: Host, intent: SetupIntent, wanted: ContainerdIntent): Planned {
  const { vg, pool } = intent;
  const target = { name: recordName(vg, pool), poolName: dmName(vg, pool), isOnFiles: false };
  return putOn(host, planSetup(host, intent), target, bootUnit(vg, pool, [CONTAINERD_SERVICE]), wanted);
}

/** The same on files, without a disk. */
export function planFilesWithContainerd(host: Host, sizes: LoopIntent, wanted: ContainerdIntent): Planned {
  const wantedPool = filesPool(sizes);
  const written = host.rawPools.find(({ name }) => name === wantedPool.name);
  // A repair gives it other metadata.
  const pool = written ? { ...wantedPool, data: written.data, metadata: written.metadata } : wantedPool;
  const target = { name: pool.name, poolName: pool.name, isOnFiles: true };
  return putOn(host, planFilesPool(host, sizes), target, filesBootUnit(pool, [CONTAINERD_SERVICE]), wanted);
}

function putOn(
  host: Host,
  pool: Planned,
  target: ContainerdTarget,
  boot: BootUnit,
  { wish, startDeadlineMs }: ContainerdIntent,
): Planned {
  if (!hasLooked(host)) return pool;
  const standing = [...refuseContainerd(host), ...refuseDockersRecord(host, target.name)];
  if (pool.kind === 'refused' || standing.length > 0) {
    return { kind: 'refused', refusals: [...(pool.kind === 'refused' ? pool.refusals : []), ...standing] };
  }
  const site = surveyContainerd(host, host.containerd as ContainerdFacts, target, wish);
  const refusals = refuseSnapshotter(host, site);
  if (refusals.length > 0) return { kind: 'refused', refusals };
  return { kind: 'ready', plan: joinPlans(host, pool.plan, boot, site, startDeadlineMs) };
}

function joinPlans(host: Host, pool: Plan, boot: BootUnit, site: ContainerdSite, deadlineMs: number): Plan {
  const steps = containerdSteps(host, site, deadlineMs);
  const { name } = pool.owns;
  return {
    ...pool,
    subject: `${pool.subject}, and containerd ${site.containerd.version} on it`,
    // Before containerd starts on the pool; one that runs on it already is not touched for that.
    steps: [...pool.steps, ...bootSteps(host, boot), ...steps],
    notes: steps.length > 0 ? [snapshotterNote(site)] : [],
    owns: { ...pool.owns, containerd: site.owns },
    record: 'keep',
    endings: {
      done: `containerd's devmapper snapshotter runs on thin pool ${name}: made, ${site.target.isOnFiles ? '' : 'watched, '}and read back from the kernel and from containerd.`,
      nothingToDo: `containerd's devmapper snapshotter runs on thin pool ${name} as wanted: nothing to do, nothing changed.`,
    },
    wayBack: [...containerdWayBack(site), ...bootWayBack(boot), ...pool.wayBack],
  };
}

/** What is written, for whoever is to agree. */
export const snapshotterNote = ({ containerd, settings }: ContainerdSite): Note => ({
  heading:
    containerd.config.content === null
      ? `${containerd.config.path}, a new file`
      : `${containerd.config.path}; comments and other settings stay`,
  lines: Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
});
