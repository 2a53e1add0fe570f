import type { BlockDevice, DeviceFacts } from '../model/device.ts';
import type { Host } from '../model/host.ts';
import type { VolumeGroup } from '../model/lvm.ts';
import type { OwnedDevice } from '../model/ownership.ts';
import { PV_DATA_START_BYTES } from '../tools/lvm-commands.ts';
import { type Bytes, bytes, type Extents, extentsWithin } from '../units/quantity.ts';
import { refuseDevice } from './device-preflight.ts';
import type { Refusal } from './refusal.ts';
import type { LvmPool } from './resize-subject.ts';
import { pvOn } from './setup-site.ts';

/** A device that the VG does not have yet. */
interface NewDevice {
  device: BlockDevice;
  extentCount: (extentSizeBytes: Bytes) => Extents;
}

/** The name of the record of a run that grows a pool. */
export const resizeRecordName = (pool: string): string => `resize of ${pool}`;

/** What an earlier run for the same pool that was cut off wrote down of a device. */
export const begunDevice = (host: Host, pool: string, device: DeviceFacts): OwnedDevice | undefined =>
  host.ownership
    .find(({ name }) => name === resizeRecordName(pool))
    ?.adds?.find(
      ({ path, sizeBytes }) => device.kind === 'block' && path === device.path && sizeBytes === device.sizeBytes,
    );

/** The named devices that are still to be given to the VG. */
export const newDevices = (host: Host, vg: VolumeGroup): NewDevice[] =>
  host.devices
    .filter((device) => device.kind === 'block')
    .filter((device) => pvOn(host, device)?.vgName !== vg.name)
    .map((device) => ({
      device,
      extentCount: (extentSizeBytes) => extentsWithin(bytes(device.sizeBytes - PV_DATA_START_BYTES), extentSizeBytes),
    }));

/** The same preflight as setup's. */
export function refuseNewDevices(host: Host, { name, vg }: LvmPool): Refusal[] {
  const paths = host.devices.map(({ path }) => path);
  return host.devices.flatMap((device, index) => {
    if (paths.indexOf(device.path) !== index) {
      const reason = 'it was named twice';
      return [{ code: 'device-twice', subject: device.asked, reason, remedy: 'name each device once' }];
    }
    const pv = pvOn(host, device);
    if (pv?.vgName === vg.name && pv.path === device.path) return [];
    const begun = begunDevice(host, name, device);
    const isBegunPv = begun !== undefined && pv?.vgName === null && pv.uuid === begun.pvUuid;
    const isStale = begun !== undefined && device.kind === 'block' && !pv && device.edges === 'stale-lvm-metadata';
    return refuseDevice(device, { pv, ours: isBegunPv || isStale, wipe: false });
  });
}
