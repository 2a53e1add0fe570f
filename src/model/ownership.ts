import type { Bytes } from '../units/quantity.ts';

/** What a run is about to own, written down before its first change: facts, not a place in a list of steps. */
export interface OwnershipRecord {
  vg: string;
  pool: string;
  /** Whether the VG itself is made by the run, or was there before. */
  makesVg: boolean;
  devices: readonly OwnedDevice[];
  profilePath: string;
}

export interface OwnedDevice {
  path: string;
  /** Kernel paths change at a reboot: together with the size they are told apart. */
  sizeBytes: Bytes;
  /** Chosen before pvcreate, so that the PV can be recognised after a kill. */
  pvUuid: string;
}
