import type { BackingDevice } from './backing-device.ts';
import type { ContainerdFacts } from './containerd.ts';
import type { DeviceFacts } from './device.ts';
import type { DockerFacts } from './docker.ts';
import type { KeepFacts } from './keeping.ts';
import type { LvmSettings, PhysicalVolume, VolumeGroup } from './lvm.ts';
import type { OwnershipRecord } from './ownership.ts';
import type { PoolDeviceFacts } from './pool-device.ts';
import type { ActivationFacts, RawPoolRecord } from './raw-pool.ts';
import type { RepairFacts } from './repair.ts';
import type { KernelThinPool, ThinDevice } from './thin-pool.ts';

/** A file that was looked at; content null: it is not there. */
interface FileFacts {
  path: string;
  content: string | null;
}

/** Everything observed, as plain data. Parsed at the border, trusted from there on. */
export interface Host {
  isRoot: boolean;
  /** Programs that dmtool may run and that were found on the fixed PATH. */
  programs: readonly string[];
  /** Whether the kernel has, or can load, the thin-pool target. */
  thinPoolTarget: boolean;
  /** What is called like this in /dev: no new VG can be (lvm(8), VALID NAMES). */
  namesInDev: readonly string[];
  lvm: LvmSettings;
  physicalVolumes: readonly PhysicalVolume[];
  volumeGroups: readonly VolumeGroup[];
  thinPools: readonly KernelThinPool[];
  /** Thin devices that are active on any pool. */
  thinDevices: readonly ThinDevice[];
  /** What pools stand on, where that was asked. */
  backingDevices: readonly BackingDevice[];
  /** The devices that were asked about, in that order. */
  devices: readonly DeviceFacts[];
  files: readonly FileFacts[];
  /** Unfinished runs, from the journal. */
  ownership: readonly OwnershipRecord[];
  /** Finished ones that teardown can take back. */
  installed: readonly OwnershipRecord[];
  /** How pools without LVM are made, as far as dmtool wrote it down. */
  rawPools: readonly RawPoolRecord[];
  /** What it takes to bring pools back after a reboot; null: not asked about. */
  activation: ActivationFacts | null;
  /** null: not installed, or not asked about. */
  docker: DockerFacts | null;
  /** null: not installed, or not asked about. */
  containerd: ContainerdFacts | null;
  /** The devices of Docker's pool; null: not asked about. */
  poolDevices: PoolDeviceFacts | null;
  /** What images need to outlive the store that they are in; null: not asked about. */
  keeping: KeepFacts | null;
  /** What repairs have left, and what stands in the way of one; null: not asked about. */
  repair: RepairFacts | null;
}

/** A VG by name, or undefined. */
export const findVg = (host: Host, name: string): VolumeGroup | undefined =>
  host.volumeGroups.find((vg) => vg.name === name);

/** Content of a file that was looked at, or null. */
export const fileContent = (host: Host, path: string): string | null =>
  host.files.find((file) => file.path === path)?.content ?? null;
