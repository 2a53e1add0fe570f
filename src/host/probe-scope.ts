import type { RawPoolRecord } from '../model/raw-pool.ts';
import type { ContainerdScope } from './containerd/probe-containerd.ts';
import type { DockerPlaces } from './docker/probe-docker.ts';
import type { ImageScope } from './docker/probe-images.ts';
import type { PoolDeviceScope } from './pool-devices.ts';

/** What to look at beside LVM and the kernel's pools. */
export interface ProbeScope {
  devices: readonly string[];
  /** Profiles to read, by name; `all`: those that are there. */
  profiles: readonly string[] | 'all';
  /** Where Docker's things are; null: no word about Docker is wanted. */
  docker: DockerPlaces | null;
  /** What is wanted of containerd; absent: nothing. */
  containerd?: ContainerdScope;
  /** Whether the devices that engines have active on pools are wanted. */
  thinDevices: boolean;
  /** Whether the devices that pools stand on are wanted. */
  backingDevices: boolean;
  /** Which devices of Docker's pool are wanted; absent: none. */
  poolDevices?: PoolDeviceScope;
  /** What pools need to come back after a reboot, and others that are still to be made; absent: nobody asks. */
  activation?: { besides: readonly RawPoolRecord[] };
  /** Whether images are to be taken along; absent: nobody asks. */
  images?: ImageScope;
  /** Whether it is asked what repairs have left, and what stands in the way of one. */
  repair?: true;
}
