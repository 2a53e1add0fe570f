import { type BlockDevice, isBlank } from '../model/device.ts';
import type { Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import * as lvm from '../tools/lvm-commands.ts';
import { wipefsAll, zeroMebibyte } from '../tools/wipefs.ts';
import { MIB } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { describeContent } from './device-preflight.ts';
import { exec, step } from './make-step.ts';
import { listSignatures } from './pool-condition.ts';
import type { Design } from './setup-design.ts';
import { isOurDevice, ownedDevice, type Site } from './setup-site.ts';
import type { Step } from './step.ts';

/** A device with the UUID that its PV has, or will have. */
export interface PlannedDevice {
  device: BlockDevice;
  pvUuid: string;
}

/** The devices of the run with their UUIDs: the one in the journal when an earlier run was cut off, a new one otherwise. */
export const plannedDevices = (host: Host, intent: SetupIntent, site: Site): PlannedDevice[] =>
  host.devices
    .filter((device) => device.kind === 'block')
    .map((device, index) => {
      const pv = host.physicalVolumes.find(({ path }) => path === device.path);
      const pvUuid = pv?.uuid ?? ownedDevice(site, device)?.pvUuid ?? (intent.newPvUuids[index] as string);
      return { device, pvUuid };
    });

/** Steps of the procedure that touch the devices themselves: wipe where agreed, pvcreate, vgcreate. */
export function deviceSteps(host: Host, intent: SetupIntent, site: Site, design: Design): Step[] {
  const devices = plannedDevices(host, intent, site);
  const paths = devices.map(({ device }) => device.path);
  return [
    ...devices
      .filter(({ device }) => !isBlank(device) && !isOurDevice(host, site, device))
      .flatMap(({ device }) => wipeSteps(device)),
    ...devices.map(({ device, pvUuid }) => pvcreateStep(device, pvUuid, intent.vg)),
    step({
      id: 'vgcreate',
      title: `Make VG ${intent.vg} on ${paths.join(' and ')}`,
      do: exec(lvm.vgcreate(intent.vg, paths)),
      undo: [{ when: { is: 'our-volume-group', vg: intent.vg }, do: exec(lvm.vgremove(intent.vg)), onDisks: true }],
      done: { is: 'our-volume-group', vg: intent.vg },
      expect: [{ is: 'volume-group', vg: intent.vg, extentCount: design.vgExtents }],
    }),
  ];
}

/** Steps that make a device blank that is not. */
export function wipeSteps(device: BlockDevice): Step[] {
  const { path } = device;
  const done = { is: 'device-blank', device: path } as const;
  const zero = (id: string, where: string, offsetBytes: bigint): Step =>
    step({
      id: `${id}:${path}`,
      title: `Zero the ${where} MiB of ${path}`,
      do: exec(zeroMebibyte(path, offsetBytes)),
      done,
      expect: [],
    });
  return [
    step({
      id: `wipefs:${path}`,
      title: `Wipe the signatures of ${path}`,
      do: exec(wipefsAll(path)),
      destroys: `everything on ${path} (${formatSize(device.sizeBytes)}): ${describeContent(device)}`,
      // Without a signature nothing shows whether the wipe began: then all is told as lost.
      ...(device.signatures.length > 0
        ? { spared: { is: 'signatures', device: path, found: listSignatures(device) } }
        : {}),
      done,
      expect: [],
    }),
    zero('zero-start', 'first', 0n),
    zero('zero-end', 'last', device.sizeBytes - MIB),
  ];
}

/** Makes a device a PV with a UUID that was chosen before. */
export function pvcreateStep(device: BlockDevice, uuid: string, vg: string): Step {
  const { path } = device;
  const made = { is: 'physical-volume', device: path, uuid } as const;
  const still = { is: 'free-physical-volume', device: path } as const;
  const onDisks = true;
  return step({
    id: `pvcreate:${path}`,
    title: `Make ${path} a physical volume`,
    do: exec(lvm.pvcreate(path, uuid)),
    // pvremove leaves its metadata area behind: a device that was blank is blank again only after the zeros.
    undo: [
      { when: { is: 'our-physical-volume', device: path, uuid, vg }, still, do: exec(lvm.pvremove(path)), onDisks },
      {
        when: { is: 'begun-physical-volume', device: path, uuid, vg },
        still,
        do: exec(zeroMebibyte(path, 0n)),
        onDisks,
      },
    ],
    destroys: `${path} (${formatSize(device.sizeBytes)}) becomes an LVM physical volume`,
    done: made,
  });
}
