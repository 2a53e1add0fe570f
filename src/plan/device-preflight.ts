import {
  type BlockDevice,
  carriesRunningSystem,
  type DeviceFacts,
  type DeviceUse,
  isBlank,
  LVM_LABEL,
} from '../model/device.ts';
import type { PhysicalVolume } from '../model/lvm.ts';
import { EXTENT_SIZE_BYTES, PV_DATA_START_BYTES } from '../tools/lvm-commands.ts';
import { shellLine } from '../tools/shell-line.ts';
import { bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

/** What is known of a device beside its own facts. */
export interface DeviceContext {
  /** The PV on it, if any. */
  pv: PhysicalVolume | undefined;
  /** It belongs to the VG that this run works on, or was begun by a run that was cut off. */
  ours: boolean;
  wipe: boolean;
}

type Reason = readonly [RefusalCode, reason: string, remedy: string];

/** Every reason why a device must not be taken; none: it may. */
export function refuseDevice(device: DeviceFacts, context: DeviceContext): Refusal[] {
  const reasons = device.kind === 'block' ? refuseBlockDevice(device, context) : [refuseMissing(device)];
  return reasons.map(([code, reason, remedy]) => ({ code, subject: device.asked, reason, remedy }));
}

const refuseMissing = (device: Exclude<DeviceFacts, BlockDevice>): Reason => {
  const { kind, path } = device;
  if (kind === 'unreadable') return ['device-unreadable', `it can't be looked at: ${device.error}`, 'look at dmesg'];
  return kind === 'absent'
    ? ['device-absent', `there is no ${path}`, 'look at lsblk; --wait 60s waits for a device that is still to come']
    : ['not-a-block-device', `${path} is not a block device`, 'name a disk or partition, as lsblk lists it'];
};

function refuseBlockDevice(device: BlockDevice, context: DeviceContext): Reason[] {
  const reasons: Reason[] = [];
  if (device.readOnly) reasons.push(['device-read-only', 'it is read-only', `blockdev --setrw ${device.path}`]);
  // What our own VG holds is in use by itself.
  if (context.ours) return context.pv?.vgName == null ? [...reasons, ...refuseUse(device)] : reasons;
  const smallest = bytes(PV_DATA_START_BYTES + EXTENT_SIZE_BYTES);
  if (device.sizeBytes < smallest) {
    reasons.push([
      'device-too-small',
      `it holds ${formatSize(device.sizeBytes)}, a PV needs ${formatSize(smallest)} at least`,
      'name a larger device',
    ]);
  }
  if (context.pv) reasons.push(refusePv(device, context.pv));
  else reasons.push(...refuseUse(device), ...refuseContent(device, context.wipe));
  return reasons;
}

function refusePv(device: BlockDevice, pv: PhysicalVolume): Reason {
  return pv.vgName === null
    ? ['device-is-pv', 'it is an LVM PV that no VG uses', `if it is free: pvremove ${device.path}`]
    : ['device-is-pv', `it is a PV of VG ${pv.vgName}`, `name another device, or --vg ${pv.vgName} for its free space`];
}

function refuseUse(device: BlockDevice): Reason[] {
  if (!device.isPartition && carriesRunningSystem(device)) {
    const remedy = 'name another disk, or an unused partition of this one';
    return [['system-disk', `the running system is on it (${device.uses.map(describeUse).join('; ')})`, remedy]];
  }
  const reasons = device.uses.map((use): Reason => ['device-in-use', describeUse(use), releaseRemedy(use)]);
  if (device.busy && reasons.length === 0) {
    reasons.push([
      'device-in-use',
      'something in the kernel holds it exclusively',
      'find and stop it, or name another',
    ]);
  }
  return reasons;
}

/** Who uses the device, in words. */
function describeUse(use: DeviceUse): string {
  switch (use.kind) {
    case 'mount':
      return `${use.device} is mounted on ${use.mountPoint}`;
    case 'swap':
      return `${use.device} is swap in use`;
    case 'holder':
      return `${use.device} is held by ${HOLDER_NAMES[use.holderKind]} ${use.holder}`;
    case 'process':
      return `${use.device} is open in process ${use.pid} (${use.command})`;
  }
}

const HOLDER_NAMES = { md: 'RAID array', multipath: 'multipath device', dm: 'device-mapper device', other: 'device' };

function releaseRemedy(use: DeviceUse): string {
  switch (use.kind) {
    case 'mount':
      return shellLine(['umount', use.mountPoint]);
    case 'swap':
      return `swapoff ${use.device}`;
    case 'holder':
      return use.holderKind === 'multipath'
        ? `name the multipath device: ${use.holder}`
        : `release ${use.holder} first`;
    case 'process':
      return `stop process ${use.pid}`;
  }
}

function refuseContent(device: BlockDevice, wipe: boolean): Reason[] {
  const reasons: Reason[] = [];
  // LVM does not list what a filter, another host's system ID or a duplicate hides: it is somebody's all the same.
  const hidden = [
    ...(device.signatures.some(({ type }) => type === LVM_LABEL) ? [device.path] : []),
    ...device.pvPartitions,
  ];
  for (const path of hidden) {
    const remedy = `find out whose it is (pvs --foreign, blkid ${path}); if nobody's: pvremove ${path}`;
    reasons.push(['device-is-pv', `${path} carries an LVM label that LVM does not show on this host`, remedy]);
  }
  if (!isBlank(device) && !wipe) {
    reasons.push(['device-not-blank', describeContent(device), '--wipe, if all of it may be destroyed']);
  }
  if (!device.visibleToLvm) {
    const remedy = 'see devices/global_filter in lvm.conf, and lvmdevices --adddev where a devices file is used';
    reasons.push(['device-hidden-from-lvm', "LVM's filter or devices file hides it", remedy]);
  }
  return reasons;
}

/** What was found on a device that is not blank, by name. */
export function describeContent(device: BlockDevice): string {
  const found = device.signatures.map(({ type, label }) => (label ? `${type} "${label}"` : type));
  const unique = [...new Set(found)];
  const parts = device.partitions.length > 0 ? [`partitions ${device.partitions.join(', ')}`] : [];
  if (unique.length + parts.length === 0 && device.edges === 'stale-lvm-metadata') {
    return 'it holds an old LVM metadata area, without a label that says whose';
  }
  if (unique.length + parts.length === 0) return 'it holds data without a known signature in its first or last MiB';
  return `it carries ${[...unique, ...parts].join(' and ')}`;
}
