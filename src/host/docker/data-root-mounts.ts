import { existsSync } from 'node:fs';
import { isOntoItself, isWithin, type Mount } from '../../tools/mountinfo.ts';

/** What Docker mounts by itself, and takes away again: containers' roots, their /dev/shm, network namespaces, secrets. */
const DOCKERS_OWN: readonly string[] = [
  ...['overlay', 'aufs', 'tmpfs', 'nsfs', 'proc', 'mqueue'],
  'fuse.fuse-overlayfs',
];

/** Where drivers mount filesystems of any kind as containers' roots. */
const CONTAINER_ROOTS: readonly string[] = ['devicemapper/mnt', 'zfs/graph'];

/** dockerd notes there that it mounted its data root over itself, and takes that away when it stops. */
const UNMOUNTS_ON_SHUTDOWN = '/var/run/docker/unmount-on-shutdown';

/**
 * Whether a filesystem was mounted there. The kernel's list tells that of bind mounts too, and does not take a btrfs subvolume,
 * which can be renamed, for one. Where the root is not shared, dockerd mounts its data root over itself while it runs.
 */
export const isOwnMountPoint = (path: string, mounts: readonly Mount[]): boolean =>
  mounts.some((mount) => mount.mountPoint === path && !isOntoItself(mount, mounts));

const isOfContainer = ({ filesystem, mountPoint }: Mount, path: string): boolean =>
  DOCKERS_OWN.includes(filesystem) || CONTAINER_ROOTS.some((name) => isWithin(mountPoint, `${path}/${name}`));

/**
 * Mount points in a data root that do not go when a running daemon stops; without one, containers that outlived it count
 * as well. What a dockerd that was killed mounted over itself is left for good, the next one
 * does not take it for its own, and it stands in the way of a rename as much as anything.
 */
export function mountsOfOthers(path: string, mounts: readonly Mount[], daemonRuns: boolean): string[] {
  const goesAway = (mountPoint: string): boolean =>
    daemonRuns && (mountPoint !== path || existsSync(UNMOUNTS_ON_SHUTDOWN));
  const found = mounts
    .filter(({ mountPoint }) => isWithin(mountPoint, path))
    .filter((mount) => (isOntoItself(mount, mounts) ? !goesAway(mount.mountPoint) : mount.mountPoint !== path))
    .filter((mount) => !daemonRuns || !isOfContainer(mount, path));
  return [...new Set(found.map(({ mountPoint }) => mountPoint))];
}
