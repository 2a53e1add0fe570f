import { isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DeviceMountIntent } from '../model/intent.ts';
import { type ActiveThin, mountPlaces, type PoolDevice } from '../model/pool-device.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import { activateThin, type ThinToActivate } from '../tools/dmsetup-thin.ts';
import { unmount } from '../tools/file-commands.ts';
import { isMountable, type MountableFilesystem, mountFilesystem } from '../tools/mount.ts';
import { type Bytes, bytesToSectors } from '../units/quantity.ts';
import { holds } from './condition.ts';
import { type DeviceSite, surveyDevice } from './device-site.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Plan, Planned, Step } from './step.ts';

/** How a device is to be mounted, once nothing stands against it. */
interface Mounting {
  device: PoolDevice;
  thin: ThinToActivate;
  directory: string;
  filesystem: MountableFilesystem;
}

/**
 * Plans to read from a device of the pool, whether or not Docker starts: it is activated under a name of dmtool's own,
 * and mounted. Read-only all the way down unless asked otherwise: also a journal stays as it is.
 */
export function planDeviceMount(host: Host, intent: DeviceMountIntent): Planned {
  const site = surveyDevice(host, intent);
  if (Array.isArray(site)) return { kind: 'refused', refusals: site };
  const own = site.device.active.find((thin) => thin.own !== null);
  const filesystem = intent.filesystem ?? site.facts.docker.filesystem;
  const refusals = [
    ...refuseOwn(site, own, intent),
    ...refuseUse(host, site, intent),
    ...(own === undefined || own.mounts.length === 0 ? refuseDirectory(site) : []),
    ...refuseFilesystem(filesystem),
  ];
  if (refusals.length > 0 || !isMountable(filesystem)) return { kind: 'refused', refusals };
  const { pool, device, facts } = site;
  const thin = {
    name: `dmtool-${pool.name}-${device.id}`,
    poolName: pool.name,
    id: device.id,
    // Only of devices that nobody but the pool's metadata knows it is not told, and those were not asked.
    lengthSectors: bytesToSectors(device.sizeBytes as Bytes),
    readOnly: !intent.writable,
  };
  const directory = facts.directory?.path as string;
  return { kind: 'ready', plan: mountPlan(host, { device, thin, directory, filesystem }) };
}

const inUse = ({ device }: DeviceSite, reason: string, remedy: string): Refusal => ({
  code: 'in-use',
  subject: `device ${device.id}`,
  reason,
  remedy,
});

/** What dmtool has mounted before is left as it is. */
function refuseOwn(site: DeviceSite, own: ActiveThin | undefined, { writable }: DeviceMountIntent): Refusal[] {
  if (own === undefined) return [];
  const elsewhere = own.mounts.filter(({ mountPoint }) => mountPoint !== site.facts.directory?.path);
  const remedy = `dmtool device unmount ${site.device.id}`;
  if (elsewhere.some(({ pid }) => pid === null))
    return [inUse(site, `dmtool has mounted it already: ${mountPlaces({ active: [own] }).join(', ')}`, remedy)];
  if (own.own?.readOnly === writable)
    return [inUse(site, `dmtool has activated it already, ${writable ? 'read-only' : 'to be written to'}`, remedy)];
  return [];
}

/** Two who have one filesystem mounted do not know of each other's writes: one would read nonsense, or destroy it. */
function refuseUse({ docker }: Host, site: DeviceSite, { writable }: DeviceMountIntent): Refusal[] {
  const active = site.device.active.filter(({ own }) => own === null);
  const places = mountPlaces({ active });
  const { owner } = site.device;
  if (places.length > 0) {
    const stop = owner.kind === 'container' && owner.running ? `, or docker stop ${owner.name ?? owner.id}` : '';
    return [inUse(site, `it is mounted already: ${places.join(', ')}`, `read from it there${stop}`)];
  }
  if (!writable) return [];
  if (active.length > 0) {
    const names = active.map(({ name }) => name).join(', ');
    return [inUse(site, `it is active as ${names}`, 'leave --writable out, or see who holds it: dmsetup info')];
  }
  if (docker === null || !isDockerUp(docker)) return [];
  return [inUse(site, 'Docker runs, and may use it at any time', 'stop Docker first, or leave --writable out')];
}

const WHY_UNFIT = {
  absent: ['it is not there', 'make it first: mkdir'],
  'not-a-directory': ['it is no directory', 'name one'],
  'not-empty': ['it is not empty, and would be hidden', 'name an empty one'],
} as const;

function refuseDirectory({ facts: { directory } }: DeviceSite): Refusal[] {
  if (directory === null || directory.kind === 'empty') return [];
  const [reason, remedy] = WHY_UNFIT[directory.kind];
  return [{ code: 'directory-unfit', subject: directory.path, reason, remedy }];
}

function refuseFilesystem(filesystem: string | null): Refusal[] {
  if (isMountable(filesystem)) return [];
  const reason = filesystem === null ? 'Docker has not written down its kind' : `dmtool can't mount ${filesystem}`;
  return [{ code: 'filesystem-unknown', subject: 'filesystem', reason, remedy: 'name it with --fs: xfs or ext4' }];
}

function mountPlan(host: Host, mounting: Mounting): Plan {
  const { device, thin, directory } = mounting;
  const how = thin.readOnly ? 'read-only, its journal not replayed' : 'to be written to';
  const steps = mountSteps(mounting, how).filter(({ done }) => !holds(done, host));
  return {
    subject: `Device ${device.id} on ${directory}, ${how}`,
    steps,
    warnings: steps.length > 0 ? warningsFor(host, mounting) : [],
    notes: [],
    owns: { name: `device ${thin.poolName}/${thin.id}`, pool: null, docker: null },
    record: 'forget',
    summary: null,
    endings: {
      done: `Device ${device.id} is mounted on ${directory}, ${how}.`,
      nothingToDo: `Device ${device.id} is mounted on ${directory} as wanted: nothing to do, nothing changed.`,
    },
    undoCommand: ['dmtool', 'device', 'unmount', directory],
    wayBack: [exec(unmount(directory)), exec(removeDevice(thin.name))],
  };
}

function mountSteps({ device, thin, directory, filesystem }: Mounting, how: string): Step[] {
  const { name, poolName, id, readOnly } = thin;
  const active = { is: 'thin-active', name, poolName, id } as const;
  const mounted = { is: 'thin-mounted', name, directory } as const;
  return [
    step({
      id: `activate:${id}`,
      title: `Activate device ${id}${device.name === null ? '' : ` (${device.name})`} as ${name}`,
      do: exec(activateThin(thin)),
      undo: [{ when: active, do: exec(removeDevice(name)) }],
      done: active,
    }),
    step({
      id: `mount:${directory}`,
      title: `Mount it on ${directory}, ${how}`,
      do: exec(mountFilesystem(`/dev/mapper/${name}`, directory, { filesystem, readOnly })),
      undo: [{ when: mounted, do: exec(unmount(directory)) }],
      done: mounted,
    }),
  ];
}

function warningsFor({ docker }: Host, { device, thin }: Mounting): string[] {
  const isShared = device.owner.kind === 'layer' || device.owner.kind === 'base';
  return [
    ...(docker !== null && isDockerUp(docker)
      ? ['While it is mounted Docker can use the device, but not remove it.']
      : []),
    ...(isShared && !thin.readOnly
      ? ['Docker takes layers of images for unchanged: what is written to it stays.']
      : []),
  ];
}
