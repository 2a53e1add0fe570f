import type { Bytes } from '../units/quantity.ts';

/** What libblkid recognises on a device, as wipefs lists it. */
export interface Signature {
  type: string;
  offsetBytes: Bytes;
  uuid: string;
  label: string;
}

/** What libblkid calls a PV's label. */
export const LVM_LABEL = 'LVM2_member';

/** Who uses a device, or a partition or mapped device on it. `device` is the path of the one in use. */
export type DeviceUse =
  | { kind: 'mount'; device: string; mountPoint: string }
  | { kind: 'swap'; device: string }
  | { kind: 'holder'; device: string; holder: string; holderKind: 'md' | 'multipath' | 'dm' | 'other' }
  | { kind: 'process'; device: string; pid: number; command: string };

/**
 * What the first and the last MiB hold: zeros; zeros apart from an LVM metadata area that no label belongs to (what
 * pvremove leaves, or a pvcreate that was cut off); or anything else.
 */
export type EdgeContent = 'blank' | 'stale-lvm-metadata' | 'data';

export interface BlockDevice {
  kind: 'block';
  /** As the operator typed it. */
  asked: string;
  /** The kernel's path, links resolved: two ways to name one disk give the same. */
  path: string;
  sizeBytes: Bytes;
  readOnly: boolean;
  isPartition: boolean;
  signatures: readonly Signature[];
  edges: EdgeContent;
  /** Somebody has it open exclusively (open(2), O_EXCL on a block device): a mount, a mapping or a program. */
  busy: boolean;
  uses: readonly DeviceUse[];
  partitions: readonly string[];
  /** Those of the partitions that carry an LVM label. */
  pvPartitions: readonly string[];
  /** LVM's filters let it be seen; false: hidden by filter or devices file. */
  visibleToLvm: boolean;
}

interface MissingDevice {
  kind: 'absent' | 'not-block';
  asked: string;
  path: string;
}

/** A device that is there and can't be looked at: dead, or without a medium. */
interface UnreadableDevice {
  kind: 'unreadable';
  asked: string;
  path: string;
  /** What the system said. */
  error: string;
}

export type DeviceFacts = BlockDevice | MissingDevice | UnreadableDevice;

const SYSTEM_MOUNT_POINTS = new Set(['/', '/boot', '/boot/efi', '/usr', '/var', '/etc', '/nix']);

/** Whether the running system is on this device: its root, its boot files, its swap, or what it runs from. */
export const carriesRunningSystem = (device: BlockDevice): boolean =>
  device.uses.some((use) => use.kind === 'swap' || (use.kind === 'mount' && SYSTEM_MOUNT_POINTS.has(use.mountPoint)));

/** Whether nothing at all was ever written where a filesystem, a label or a partition table would be. */
export const isBlank = (device: BlockDevice): boolean =>
  device.edges === 'blank' && device.signatures.length === 0 && device.partitions.length === 0;
