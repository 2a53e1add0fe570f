import type { Host } from '../../src/model/host.ts';
import type { DeviceMountIntent } from '../../src/model/intent.ts';
import type { ActiveThin, PoolDeviceFacts, ThinMount } from '../../src/model/pool-device.ts';
import type { Planned, Step } from '../../src/plan/step.ts';
import { DEVICE_PROGRAMS, SETUP_PROGRAMS } from '../../src/tools/programs.ts';
import { sectors } from '../../src/units/quantity.ts';
import { recordedStore } from '../tools/docker-store.ts';
import { blankHost, kernelPool } from './hosts.ts';

export const POOL = 'docker-thinpool';
export const DIRECTORY = '/mnt';

/** A thin device of the pool that somebody has active. */
export const activeThin = (id: number, facts: Partial<ActiveThin> = {}): ActiveThin => ({
  name: `docker-98:32-33-${id}`,
  poolName: POOL,
  id,
  lengthSectors: sectors(20_971_520),
  mappedSectors: sectors(153_600),
  mounts: [],
  own: null,
  ...facts,
});

export const mountedOn = (mountPoint: string, pid: number | null = null): ThinMount => ({
  mountPoint,
  filesystem: 'xfs',
  pid,
});

/** A device that dmtool has activated, and mounted there. */
export const ownThin = (id: number, ...mountPoints: readonly string[]): ActiveThin =>
  activeThin(id, {
    name: `dmtool-${POOL}-${id}`,
    own: { readOnly: true },
    mounts: mountPoints.map((each) => mountedOn(each)),
  });

/** A host with Docker's pool: a running container `kept` (device 4), a stopped one `once` (device 7). */
export const deviceHost = (facts: Partial<PoolDeviceFacts> = {}, host: Partial<Host> = {}): Host =>
  blankHost([], {
    programs: [...SETUP_PROGRAMS, ...DEVICE_PROGRAMS],
    thinPools: [kernelPool(POOL)],
    poolDevices: {
      docker: recordedStore(),
      active: [activeThin(4, { mounts: [mountedOn('/var/lib/docker/devicemapper/mnt/4'), mountedOn('/', 9)] })],
      directory: { path: DIRECTORY, kind: 'empty' },
      ...facts,
    },
    ...host,
  });

/** `dmtool device mount once /mnt`. */
export const mountWish = (facts: Partial<DeviceMountIntent> = {}): DeviceMountIntent => ({
  device: 'once',
  pool: null,
  filesystem: null,
  sizeBytes: null,
  writable: false,
  ...facts,
});

/** What a plan's steps make of a host, as the kernel would have it. */
export const playDevices = (host: Host, steps: readonly Step[]): Host =>
  steps.reduce((now, { do: action }) => performDevice(now, action.kind === 'exec' ? action.argv : []), host);

/** Runs one of the programs that such plans use. */
export function performDevice(host: Host, argv: readonly string[]): Host {
  const facts = host.poolDevices as PoolDeviceFacts;
  const words = argv.slice(1);
  const withActive = (active: readonly ActiveThin[]): Host => ({ ...host, poolDevices: { ...facts, active } });
  const change = (changed: (thin: ActiveThin) => ActiveThin): Host => withActive(facts.active.map(changed));
  if (argv[0] === 'umount') {
    const without = (thin: ActiveThin) => thin.mounts.filter(({ mountPoint }) => mountPoint !== words.at(-1));
    return change((thin) => ({ ...thin, mounts: without(thin) }));
  }
  if (argv[0] === 'mount') {
    const [device, directory] = words.slice(-2) as [string, string];
    const add = [mountedOn(directory)];
    return change((thin) =>
      `/dev/mapper/${thin.name}` === device ? { ...thin, mounts: [...thin.mounts, ...add] } : thin,
    );
  }
  if (words[0] === 'remove') {
    const gone = facts.active.find(({ name }) => name === words.at(-1));
    if (gone === undefined || gone.mounts.length > 0) throw new Error('device is busy, or is not there');
    return withActive(facts.active.filter((thin) => thin !== gone));
  }
  const [, length, , pool, id] = (words.at(-1) as string).split(' ') as [string, string, string, string, string];
  const own = { readOnly: words.includes('--readonly') };
  const poolName = pool.replace('/dev/mapper/', '');
  const lengthSectors = sectors(BigInt(length));
  return withActive([
    ...facts.active,
    activeThin(Number(id), { name: words[1] as string, poolName, lengthSectors, own }),
  ]);
}

/** The steps of a plan that there is; else what was refused. */
export function stepsOf(planned: Planned): readonly Step[] {
  if (planned.kind === 'ready') return planned.plan.steps;
  throw new Error(planned.refusals.map(({ reason }) => reason).join('; '));
}

/** The codes of a refusal; none for a plan. */
export const codesOf = (planned: Planned): string[] =>
  planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
