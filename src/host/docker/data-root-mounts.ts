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
 * which can be renamed, for one. Where the root is not shared, dockerd mounts its data root over itself while it runs.
 */
export const isOwnMountPoint = (path: string, mounts: readonly Mount[]): boolean =>
  mounts.some((mount) => mount.mountPoint === path && !isOntoItself(mount, mounts));

const isOfContainer = ({ filesystem, mountPoint }: Mount, path: string): boolean =>
  DOCKERS_OWN.includes(filesystem) || CONTAINER_ROOTS.some((name) => isWithin(mountPoint, `${path}/${name}`));

/**
 * Mount points in a data root that do not go when a running daemon stops. Without one, containers that outlived it count as
 * well.
 */
export const mountsOfOthers = (path: string, mounts: readonly Mount[], daemonRuns: boolean): string[] => [
  ...new Set(
    mounts
      .filter(({ mountPoint }) => isWithin(mountPoint, path) && mountPoint !== path)
      .filter((mount) => !isOntoItself(mount, mounts))
      .filter((mount) => !daemonRuns || !isOfContainer(mount, path))
      .map(({ mountPoint }) => mountPoint),
  ),
];

/** Directories of a data root that are mounted over themselves, as often as they are, in the order of unmounting. */
export const selfMounts = (path: string, mounts: readonly Mount[]): string[] =>
  mounts
    .filter((mount) => isWithin(mount.mountPoint, path) && isOntoItself(mount, mounts))
    .map(({ mountPoint }) => mountPoint)
    .sort((one, other) => other.length - one.length);
