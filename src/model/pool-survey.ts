import type { PhysicalVolume, VolumeGroup } from './lvm.ts';
import type { KernelThinPool } from './thin-pool.ts';

/** Why LVM's word is not the whole: somebody holds its lock, and it was read without; or it did not answer in time. */
export type LvmDoubt = { kind: 'without-lock' } | { kind: 'no-answer'; seconds: number };

/** What is seen of a host for a word about its pools. */
export interface PoolSurvey {
  volumeGroups: readonly VolumeGroup[];
  thinPools: readonly KernelThinPool[];
  physicalVolumes: readonly PhysicalVolume[];
  /** The texts of profiles by their names, as far as they are there. */
  profiles: ReadonlyMap<string, string>;
  /** What a device number stands for, in words. */
  places: ReadonlyMap<string, string>;
  /** What LVM could not tell; null: it told all. */
  lvmDoubt: LvmDoubt | null;
}
