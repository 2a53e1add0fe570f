import assert from 'node:assert/strict';
import type { Service } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { TeardownIntent } from '../../src/model/intent.ts';
import type { OwnershipRecord } from '../../src/model/ownership.ts';
import { planCleanup } from '../../src/plan/cleanup.ts';
import { describeCondition, holds } from '../../src/plan/condition.ts';
import { planSetupWithDocker } from '../../src/plan/setup-docker.ts';
import type { Plan, Planned, Step } from '../../src/plan/step.ts';
import { planTeardown } from '../../src/plan/teardown.ts';
import type { DockerSituation } from './docker-situations.ts';
import { PROFILE_TEMPLATE } from './hosts.ts';
import { perform, performHalf } from './simulate.ts';
import { control } from './simulated/docker-daemon.ts';
import { isBare, observe, type World, worldOf } from './simulated/docker-disk.ts';

export const PROFILE_HEAD = PROFILE_TEMPLATE.split('\n')[0] as string;
const ANYTHING: TeardownIntent = { vg: null, pool: null, loop: false };

export function ready(planned: Planned): Plan {
  if (planned.kind === 'refused')
    assert.fail(planned.refusals.map(({ subject, reason }) => `${subject}: ${reason}`).join('; '));
  return planned.plan;
}

export const setupPlan = ({ host, intent, docker }: DockerSituation): Plan =>
  ready(planSetupWithDocker(host, intent, docker));

/** Other numbers chosen for PVs than in an earlier run. */
export const setupAgain = (host: Host, { intent, docker }: DockerSituation): Plan =>
  ready(planSetupWithDocker(host, { ...intent, newPvUuids: ['later-0', 'later-1'] }, docker));

export const teardownPlan = (host: Host): Plan => ready(planTeardown(host, ANYTHING, PROFILE_HEAD));
export const cleanupPlan = (host: Host): Plan => ready(planCleanup(host));

/** Carries steps out one after the other, as apply does; shows the host after each. */
export function walk(host: Host, steps: readonly Step[]): Host[] {
  const hosts = [host];
  for (const step of steps) {
    const now = hosts.at(-1) as Host;
    hosts.push(step.onlyIfNeeded && holds(step.done, now) ? now : act(now, step));
  }
  return hosts;
}

function act(host: Host, step: Step): Host {
  try {
    return perform(host, step.do);
  } catch (error) {
    throw new Error(`${step.id}: ${(error as Error).message}`, { cause: error });
  }
}

/** Carries a plan out to its end, and reads back what it expects; the journal is as apply leaves it, which an empty plan never sees. */
export function carryOut(host: Host, plan: Plan): Host {
  if (plan.steps.length === 0) return host;
  const after = walk(host, plan.steps).at(-1) as Host;
  for (const { id, expect } of plan.steps)
    for (const condition of expect) assert.ok(holds(condition, after), `${id}: ${describeCondition(condition)}`);
  const others = (records: readonly OwnershipRecord[]) => records.filter(({ name }) => name !== plan.owns.name);
  const kept = plan.record === 'keep' ? [...others(host.installed), plan.owns] : host.installed;
  return {
    ...after,
    ownership: others(host.ownership),
    installed: plan.record === 'remove' ? others(host.installed) : kept,
  };
}

/** A run that was killed: its record is unfinished. */
export const cutOff = (host: Host, { owns }: Plan): Host => ({
  ...host,
  ownership: [...host.ownership.filter(({ name }) => name !== owns.name), owns],
});

/** Every host that a cut in the middle of a move leaves, and the step that was cut. */
export const cutsWithin = (host: Host, plan: Plan): { cut: Host; id: string }[] => {
  const hosts = walk(host, plan.steps);
  return plan.steps.flatMap((step, index) => {
    const before = hosts[index] as Host;
    const half = step.onlyIfNeeded && holds(step.done, before) ? null : performHalf(before, step.do);
    return half === null ? [] : [{ cut: cutOff(half, plan), id: step.id }];
  });
};

/** Power comes back: what of Docker is enabled starts, as far as daemon.json lets it; the kernel has no devices left of it. */
export function reboot(host: Host, enabled: World): Host {
  const world = worldOf(host);
  const off = {
    ...control(
      world,
      'stop',
      world.docker.services.map(({ name }) => name),
    ),
    thinDevices: [],
    isMountedOver: false,
  };
  const names = enabled.docker.services.filter(({ state }) => state === 'running').map(({ name }) => name);
  return observe(control(off, 'start', names));
}

/** Without what was made at a boot between two runs: it is somebody's, and stays aside under a number. */
export function withoutStrays(host: Host): Host {
  const world = worldOf(host);
  const trees = Object.entries(world.trees).filter(([path]) => !/\.bk\.\d+$/.test(path));
  return observe({ ...world, trees: Object.fromEntries(trees) });
}

/** What a daemon left mounted, and that its service once failed, is nobody's loss. */
function settled({ docker, containerd, ...world }: World) {
  const forgiven = ({ name, state }: Service) => ({ name, state: state === 'failed' ? 'stopped' : state });
  const services = docker?.services.map(forgiven);
  const dataRoot = { ...docker?.dataRoot, selfMounts: [] };
  return {
    ...{ ...world, isMountedOver: false, docker: docker && { ...docker, services, dataRoot } },
    containerd: containerd && { ...containerd, service: containerd.service && forgiven(containerd.service) },
  };
}

/**
 * All of a host but the journal: files that are not there are no files, and their order says nothing. Whether a container
 * was last stopped by hand, and whether an empty data root is there at all, makes no difference here.
 */
export function tangible(host: Host) {
  const { ownership, installed, ...rest } = settled({ trees: {}, ...host } as World);
  const files = rest.files
    .filter(({ content }) => content !== null)
    .toSorted((one, other) => one.path.localeCompare(other.path));
  const trees = Object.entries(rest.trees)
    .filter(([, tree]) => !isBare(tree))
    .map(([path, { containers, ...tree }]) => [
      path,
      { ...tree, containers: containers?.map(({ byHand, ...each }) => each) },
    ]);
  return { ...rest, files, trees: Object.fromEntries(trees) };
}

export const assertSame = (actual: Host, expected: Host, what: string): void =>
  assert.deepEqual(tangible(actual), tangible(expected), what);

/** So many runs; a failure is told with what failed. */
export const runs = (numRuns: number) => ({ numRuns, includeErrorInReport: true });

/** What is left of runs that were cut off: nothing, when one has gone on to its end. */
export const assertClosed = ({ ownership }: Host, what: string): void => assert.deepEqual(ownership, [], what);
