import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isWithin, type Mount, parseMountinfo } from '../../tools/mountinfo.ts';

/** Who uses what lies in a directory, in words: mounts in any process's view, and loop devices on files in it. */
export const usesOf = (directory: string): string[] => [...mountUses(directory), ...loopUses(directory)];

function mountUses(directory: string): string[] {
  const own = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const place = placeOf(directory, own);
  const uses = new Set<string>();
  for (const { pid, mounts } of [{ pid: 'self', mounts: own }, ...otherViews()]) {
    const view = pid === 'self' ? '' : ` in the view of process ${pid}`;
    for (const mount of mounts) {
      const isFrom = mount.deviceNumber === place.deviceNumber && isWithin(mount.root, place.root);
      if (isWithin(mount.mountPoint, directory)) uses.add(`${mount.mountPoint} is mounted in it${view}`);
      else if (isFrom && place.root !== '/') uses.add(`a part of it is mounted on ${mount.mountPoint}${view}`);
    }
  }
  return [...uses];
}

/** Where on its filesystem a directory lies: a bind mount of a part of it has a root at or below that. */
function placeOf(directory: string, mounts: readonly Mount[]): { deviceNumber: string; root: string } {
  // Of the mounts on the way to it the longest is the one that it is on; of two at one place, the later.
  const on = mounts
    .filter(({ mountPoint }) => isWithin(directory, mountPoint))
    .reduce((best, mount) => (mount.mountPoint.length >= best.mountPoint.length ? mount : best));
  const rest = on.mountPoint === '/' ? directory : directory.slice(on.mountPoint.length);
  return { deviceNumber: on.deviceNumber, root: on.root === '/' ? rest : `${on.root}${rest}` };
}

/** Mounts as other processes see them: one process for each namespace. */
export function otherViews(): { pid: string; mounts: Mount[] }[] {
  const seen = new Set([namespaceOf('self')]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const namespace = namespaceOf(pid);
      if (namespace === null || seen.has(namespace)) return [];
      seen.add(namespace);
      const mounts = ifThere(() => parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8')));
      return mounts === null ? [] : [{ pid, mounts }];
    });
}

const namespaceOf = (pid: string): string | null => ifThere(() => readlinkSync(`/proc/${pid}/ns/mnt`));

/** A process may end while it is looked at; kernel threads show nothing. */
function ifThere<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

function loopUses(directory: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop') && existsSync(`/sys/block/${name}/loop/backing_file`))
    .flatMap((name) => {
      const file = ifThere(() => readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8').trim());
      return file !== null && isWithin(file, directory) ? [`/dev/${name} is on ${file}`] : [];
    });
}
