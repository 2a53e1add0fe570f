import { isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { dmName } from '../model/lvm.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import { activateThin } from '../tools/dmsetup-thin.ts';
import { lvchangeDeactivate } from '../tools/lvm-commands.ts';
import { lvchangeActivateVolume } from '../tools/lvm-repair.ts';
import { bytesToSectors } from '../units/quantity.ts';
import { all, type Condition } from './condition.ts';
import { step } from './make-step.ts';
import { makeDevice } from './repair-devices.ts';
import { type RepairSite, volumesIn } from './repair-site.ts';
import type { FilesystemPlace, Step } from './step.ts';

/**
 * Looks through all filesystems that are known to be on the pool, with nothing changed.
 * @param shown the steps that show what it is on: what comes back only now has not been looked at
 */
export function filesystemSteps(host: Host, site: RepairSite, shown: readonly Step[]): Step[] {
  const filesystems = placesOn(host, site);
  if (filesystems.length === 0) return [];
  const { directory } = site.before;
  const checked: Condition = { is: 'filesystems-checked', directory };
  return [
    step({
      id: 'check-filesystems',
      title: `Check ${filesystems.length === 1 ? 'the filesystem' : `${filesystems.length} filesystems`} on it, with nothing changed`,
      do: { kind: 'check-filesystems', directory, filesystems },
      done: all(checked, ...shown.map(({ done }) => done)),
      expect: [checked],
      final: 'done',
    }),
  ];
}

/** What is mounted again already is not looked at from below. */
function placesOn(host: Host, { pool, engines, facts, before, isMended }: RepairSite): FilesystemPlace[] {
  const { kernelName } = pool;
  const volumes =
    pool.kind === 'raw'
      ? []
      : volumesIn(pool).map(({ name }) => ({
          name: `${pool.vg.name}/${name}`,
          device: `/dev/mapper/${dmName(pool.vg.name, name)}`,
          show: lvchangeActivateVolume(pool.vg.name, name),
          hide: before.volumes.includes(name) ? null : lvchangeDeactivate(pool.vg.name, name),
        }));
  const devices = before.devices.map((each) => ({
    name: each.name,
    device: `/dev/mapper/${each.name}`,
    show: makeDevice(kernelName, each),
    hide: null,
  }));
  const isIdle = engines.docker !== null && engines.containerd === null && !(isMended && isDockerUp(engines.docker));
  const ofDocker = ((isIdle && host.poolDevices?.docker.records) || [])
    .filter(({ deleted }) => !deleted)
    .map(({ id, sizeBytes }) => {
      const name = `dmtool-${kernelName}-${id}`;
      const thin = { name, poolName: kernelName, id, lengthSectors: bytesToSectors(sizeBytes), readOnly: true };
      const around = { show: activateThin(thin), hide: removeDevice(name) };
      return { name: `device ${id} of Docker`, device: `/dev/mapper/${name}`, ...around };
    });
  const isMounted = (device: string): boolean =>
    isMended && facts.mounts.some((mount) => `/dev/mapper/${mount.device}` === device);
  return [...volumes, ...devices, ...ofDocker].filter(({ device }) => !isMounted(device));
}
