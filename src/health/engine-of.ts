import type { PoolSurvey } from '../model/pool-survey.ts';
import { isMadeByDocker } from '../model/raw-pool.ts';

/** Who keeps containers, or virtual machines, on a pool. `LVM` stands for thin volumes of its own: Proxmox, TopoLVM, Incus. */
export type Engine = 'Docker' | 'containerd' | 'LVM';

/** docker-MAJOR:MINOR-INODE-ID of the data root's directory (daemon/graphdriver/devmapper/deviceset.go). */
const OF_DOCKER = /^docker-\d+:\d+-\d+-/;
/** POOL-snap-NUMBER (containerd, plugins/snapshots/devmapper). */
const OF_CONTAINERD = /-snap-\d+$/;

/** Whether an engine makes a device of that name by itself, whenever it needs it. */
export const isOfEngine = (name: string): boolean => OF_DOCKER.test(name) || OF_CONTAINERD.test(name);

/**
 * By what Docker is told to use, and by the names of what sits on the pool.
 * @param kernelName of LVM's pools without `-tpool`
 */
export function engineOf({ docker, containerdPool, riders }: PoolSurvey, kernelName: string): Engine | null {
  const names = [kernelName, `${kernelName}-tpool`]
    .flatMap((name) => riders.get(name) ?? [])
    // LVM's own device for the pool itself.
    .filter((name) => name !== kernelName);
  if (docker?.poolName === kernelName || isMadeByDocker(kernelName)) return 'Docker';
  if (names.some((name) => OF_DOCKER.test(name))) return 'Docker';
  if (containerdPool === kernelName || names.some((name) => OF_CONTAINERD.test(name))) return 'containerd';
  return riders.has(`${kernelName}-tpool`) && names.length > 0 ? 'LVM' : null;
}
