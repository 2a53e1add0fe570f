import { isOntoItself, isWithin, type Mount } from '../../tools/mountinfo.ts';

/** What Docker mounts by itself, and takes away again: containers' roots, their /dev/shm, network namespaces, secrets. */
const DOCKERS_OWN: readonly string[] = [
  ...['overlay', 'aufs', 'tmpfs', 'nsfs', 'proc', 'mqueue'],
  'fuse.fuse-overlayfs',
];

/** Where drivers mount filesystems of any kind as containers' roots. */
const CONTAINER_ROOTS: readonly string[] = ['devicemapper/mnt', 'zfs/graph'];

/**
 * Whether a filesystem was mounted there. The kernel's list tells that of bind mounts too, and does not take a btrfs subvolume,
 * which can be renamed, for one. dockerd mounts its data root over itself while it runs, where the root is not shared.
 */
export const isOwnMountPoint = (path: string, mounts: readonly Mount[]): boolean =>
  mounts.some((mount) => mount.mountPoint === path && !isOntoItself(mount, mounts));

/**
 * Mount points in a data root that are not the running daemon's own. Where no daemon runs all of them count: containers
 * outlive it with live-restore, and of one that was killed, what it mounted over itself stands in the way of a rename.
 */
export const mountsOfOthers = (path: string, mounts: readonly Mount[], daemonRuns: boolean): string[] => [
  ...new Set(
    mounts
      .filter((mount) => isWithin(mount.mountPoint, path))
      .filter((mount) => (isOntoItself(mount, mounts) ? !daemonRuns : mount.mountPoint !== path))
      .filter(({ filesystem }) => !daemonRuns || !DOCKERS_OWN.includes(filesystem))
      .filter(
        ({ mountPoint }) => !daemonRuns || !CONTAINER_ROOTS.some((name) => isWithin(mountPoint, `${path}/${name}`)),
      )
      .map(({ mountPoint }) => mountPoint),
  ),
];
