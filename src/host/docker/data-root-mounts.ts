import { isOntoItself, isWithin, type Mount } from '../../tools/mountinfo.ts';

/** What Docker mounts by itself, and takes away again: containers' roots, their /dev/shm, network namespaces, secrets. */
const DOCKERS_OWN: readonly string[] = [
  ...['overlay', 'aufs', 'tmpfs', 'nsfs', 'proc', 'mqueue'],
  'fuse.fuse-overlayfs',
];

/** Where drivers mount filesystems of any kind as containers' roots. */
const CONTAINER_ROOTS: readonly string[] = ['devicemapper/mnt', 'zfs/graph'];

isOfContainer = ({ filesystem, mountPoint }: Mount, path: string): boolean =>
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
