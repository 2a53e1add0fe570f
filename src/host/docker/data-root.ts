import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataRoot } from '../../model/docker.ts';
import { parsePluginName } from '../../tools/docker-api.ts';
import { parseOwnSetup, parseTags } from '../../tools/docker-files.ts';
import { type Mount, parseMountinfo } from '../../tools/mountinfo.ts';
import { type Bytes, bytes } from '../../units/quantity.ts';
import { readIfThere } from '../files.ts';
import { usesOf } from './backup-uses.ts';
import { backupsOf, entriesOf } from './backups.ts';
import { isOwnMountPoint, mountsOfOthers, selfMounts } from './data-root-mounts.ts';
import { followLinks } from './links.ts';

/** What is set aside inside a mount point, which can't be renamed itself. */
const INNER_BACKUP = 'docker';

/** All that Docker ever had; each keeps its data in a directory of its own name. */
const DRIVERS: readonly string[] = [
  ...['aufs', 'btrfs', 'devicemapper', 'fuse-overlayfs'],
  ...['overlay', 'overlay2', 'vfs', 'zfs'],
];

/**
 * Looks at Docker's data root on disk.
 * @param daemonRuns what dockerd itself has mounted goes away when it stops
 */
export function probeDataRoot(path: string, daemonRuns: boolean): DataRoot {
  const realPath = followLinks(path);
  const below = (name: string): string => join(realPath, name);
  const mounts = readMounts();
  const isMountPoint = isOwnMountPoint(realPath, mounts);
  const backups = backupsOf(isMountPoint ? below(INNER_BACKUP) : realPath);
  const names = entriesOf(realPath);
  return {
    path,
    realPath,
    isEmpty: names.every((name) => name === 'lost+found' || backups.includes(below(name))),
    isMountPoint,
    backups: backups.map((backup) => ({
      path: backup,
      hasVolumes: existsSync(join(backup, 'volumes')),
      uses: usesOf(backup),
    })),
    drivers: names.filter((name) => DRIVERS.includes(name) && entriesOf(below(name)).length > 0),
    hasLoopFiles: existsSync(below('devicemapper/devicemapper/data')),
    ownSetup: parseOwnSetup(readIfThere(below('devicemapper/setup-config.json')) ?? ''),
    images: entriesOf(below('image')).flatMap((driver) => tagsIn(below(`image/${driver}/repositories.json`))),
    volumes: entriesOf(below('volumes')).filter((name) => existsSync(below(`volumes/${name}/_data`))),
    plugins: entriesOf(below('plugins')).flatMap((id) => pluginIn(below(`plugins/${id}/config.json`))),
    hasSwarm: existsSync(below('swarm/docker-state.json')),
    mounts: mountsOfOthers(realPath, mounts, daemonRuns),
    selfMounts: selfMounts(realPath, mounts),
    freeBytes: freeBytes(realPath),
  };
}

const readMounts = (): Mount[] => parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));

function tagsIn(path: string): string[] {
  const text = readIfThere(path);
  return text === null ? [] : parseTags(text).map(([tag]) => tag);
}

function pluginIn(path: string): string[] {
  const text = readIfThere(path);
  return text === null ? [] : [parsePluginName(text)];
}

/** Of the filesystem that it lies on, or will lie on. */
function freeBytes(path: string): Bytes {
  if (!existsSync(path)) return freeBytes(dirname(path));
  const { bavail, bsize } = statfsSync(path, { bigint: true });
  return bytes(bavail * bsize);
}

/** Mount points in a data root that no daemon runs on any more: those of containers that have not gone yet. */
export const probeMountsBelow = (realPath: string): string[] => mountsOfOthers(realPath, readMounts(), false);

/** Directories in a data root that are mounted over themselves, innermost first. */
export const probeSelfMounts = (realPath: string): string[] => selfMounts(realPath, readMounts());
