import { listDevices, matchDevices } from '../engines/docker/devices.ts';
import type { Host } from '../model/host.ts';
import type { DeviceIntent } from '../model/intent.ts';
import { type ActiveThin, mountPlaces, type PoolDeviceFacts } from '../model/pool-device.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import { activateThin } from '../tools/dmsetup-thin.ts';
import { unmount } from '../tools/file-commands.ts';
import { isMountable, mountFilesystem } from '../tools/mount.ts';
import { shellLine } from '../tools/shell-line.ts';
import { not } from './condition.ts';
import { refuseBlind } from './device-site.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Plan, Planned, Step } from './step.ts';

/** Plans to take a device off that dmtool has mounted; others' are left alone. */
export function planDeviceUnmount(host: Host, intent: DeviceIntent): Planned {
  const blind = refuseBlind(host);
  if (blind.length > 0 || host.poolDevices === null) return { kind: 'refused', refusals: blind };
  const meant = thinsMeant(host.poolDevices, intent);
  const own = meant.filter((thin) => thin.own !== null);
  const [thin, ...others] = own;
  if (others.length > 0) return { kind: 'refused', refusals: [refuseSeveral(own, intent)] };
  if (thin === undefined && meant.length > 0)
    return { kind: 'refused', refusals: [refuseForeign(meant, host.poolDevices)] };
  return { kind: 'ready', plan: unmountPlan(thin, intent) };
}

/** A directory that something is mounted on, or a device by any word for it. */
function thinsMeant({ docker, active, directory }: PoolDeviceFacts, { device, pool }: DeviceIntent): ActiveThin[] {
  const there = active.filter(({ mounts }) => mounts.some(({ mountPoint }) => mountPoint === directory?.path));
  if (there.length > 0) return there;
  const pools = pool === null ? [...new Set(active.map(({ poolName }) => poolName))] : [pool];
  return pools.flatMap((each) =>
    matchDevices(listDevices(docker, active, each), device).flatMap((found) => found.active),
  );
}

const refuseSeveral = (thins: readonly ActiveThin[], { device }: DeviceIntent): Refusal => ({
  code: 'ambiguous',
  subject: device,
  reason: `it may be any of these: ${thins.map(({ name }) => name).join(', ')}`,
  remedy: 'name the directory that it is mounted on',
});

function refuseForeign(thins: readonly ActiveThin[], facts: PoolDeviceFacts): Refusal {
  const places = mountPlaces({ active: thins }).join(', ');
  const running = thins.flatMap((thin) => runningOn(thin, facts));
  return {
    code: 'not-ours',
    subject: thins.map(({ name }) => name).join(', '),
    reason: `dmtool did not activate it${places && `, and it is mounted: ${places}`}`,
    remedy: running.length > 0 ? shellLine(['docker', 'stop', ...running]) : 'leave it to whoever did: Docker, or you',
  };
}

/** The container that a device is the root of, while it runs. */
const runningOn = (thin: ActiveThin, { docker, active }: PoolDeviceFacts): string[] =>
  listDevices(docker, active, thin.poolName)
    .filter((device) => device.active.includes(thin))
    .flatMap(({ owner }) => (owner.kind === 'container' && owner.running ? [owner.name ?? owner.id] : []));

function unmountPlan(thin: ActiveThin | undefined, { device }: DeviceIntent): Plan {
  const what = thin ? `Device ${thin.id}` : device;
  return {
    subject: `${what} is taken off`,
    steps: thin ? unmountSteps(thin) : [],
    warnings: [],
    notes: [],
    owns: { name: thin ? `device ${thin.poolName}/${thin.id}` : 'device', pool: null, docker: null },
    record: 'forget',
    summary: null,
    endings: {
      done: `${what} is no longer mounted, nor active for dmtool.`,
      nothingToDo: `dmtool has nothing mounted for ${device}: nothing to do, nothing changed.`,
    },
    undoCommand: null,
    wayBack: [],
  };
}

function unmountSteps(thin: ActiveThin): Step[] {
  const { name, poolName, id, own } = thin;
  const readOnly = own?.readOnly === true;
  const active = { is: 'thin-active', name, poolName, id } as const;
  const unmounts = thin.mounts
    .filter(({ pid }) => pid === null)
    .map(({ mountPoint, filesystem }) => {
      const gone = not({ is: 'thin-mounted', name, directory: mountPoint });
      const again = isMountable(filesystem)
        ? [{ when: gone, do: exec(mountFilesystem(`/dev/mapper/${name}`, mountPoint, { filesystem, readOnly })) }]
        : [];
      const title = `Unmount ${mountPoint}`;
      return step({ id: `unmount:${mountPoint}`, title, do: exec(unmount(mountPoint)), undo: again, done: gone });
    });
  const remove = step({
    id: `deactivate:${id}`,
    title: `Remove ${name}; the device itself stays in its pool`,
    do: exec(removeDevice(name)),
    undo: [{ when: not(active), do: exec(activateThin({ ...thin, readOnly })) }],
    done: not(active),
  });
  return [...unmounts, remove];
}
