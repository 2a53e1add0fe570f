import { UnreadableOutput } from './unreadable.ts';

/** One line of /proc/PID/mountinfo (proc(5)). */
export interface Mount {
  id: string;
  parentId: string;
  /** `major:minor` of the filesystem; btrfs shows a number of its own. */
  deviceNumber: string;
  /** The directory of that filesystem that is seen at the mount point: not `/` for a bind mount of a part. */
  root: string;
  mountPoint: string;
  filesystem: string;
  source: string;
}

/**
 * Reads `ID PARENT MAJ:MIN ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPEROPTIONS` lines, in their order: of two mounts at
 * one place the later one is seen.
 * @throws UnreadableOutput
 */
export const parseMountinfo = (text: string): Mount[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const words = line.split(' ');
      // Between the options and the hyphen stand as many tags as there are.
      const hyphen = words.indexOf('-', 6);
      const [id, parentId, deviceNumber, root, mountPoint] = words as [string, string, string, string, string];
      const [filesystem, source] = words.slice(hyphen + 1);
      if (hyphen < 0 || filesystem === undefined || source === undefined)
        throw new UnreadableOutput('mountinfo', 'a line without a filesystem', line);
      return {
        id,
        parentId,
        deviceNumber,
        root: unescapeOctal(root),
        mountPoint: unescapeOctal(mountPoint),
        filesystem,
        source: unescapeOctal(source),
      };
    });

/** The kernel writes blanks and the like as `\040` in this file and in /proc/swaps. */
export const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Whether a path is this directory or lies below it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);

/**
 * A directory mounted over itself, as dockerd does with its data root and its driver's home to set their propagation:
 * what is seen there is what would be seen without it.
 */
export function isOntoItself(mount: Mount, mounts: readonly Mount[]): boolean {
  const parent = mounts.find(({ id }) => id === mount.parentId);
  if (parent === undefined || parent.deviceNumber !== mount.deviceNumber) return false;
  const join = (directory: string, rest: string): string => `${directory}/${rest}`.replaceAll(/\/+/g, '/');
  return mount.root === join(parent.root, mount.mountPoint.slice(parent.mountPoint.length)).replace(/(.)\/$/, '$1');
}
