import type { DataRoot, DockerFacts } from '../model/docker.ts';
import type { DockerOwnership } from '../model/ownership.ts';
import type { Place } from './step.ts';

// Where a data root's contents go, and what they are called there.

/** What a cut-off run began to set aside is gone on with under its name; else the first free name is taken. */
export function placeFor(
  dataRoot: DataRoot,
  record: DockerOwnership | undefined,
  unfinished: DockerOwnership | undefined,
  isOnTarget: boolean,
): Place | null {
  const { realPath: root, isMountPoint, backups } = dataRoot;
  const known = record?.dataRoot.backup ?? null;
  const isThere = (path: string): boolean => backups.some((backup) => backup.path === path);
  const later = freeName(isMountPoint ? `${root}/docker.bk` : `${root}.bk`, backupNames(dataRoot));
  if (known !== null && isThere(`${known}.partial`)) return { root, backup: known, isMountPoint, later };
  if (dataRoot.isEmpty || isOnTarget) return null;
  if (known !== null && !isThere(known)) return { root, backup: known, isMountPoint };
  // The volumes lie there, which that run took over: they are not to go aside once more.
  if (unfinished?.dataRoot.carriesVolumes && !backups.some(({ path, hasVolumes }) => path === known && hasVolumes)) {
    return null;
  }
  return { root, backup: later, isMountPoint };
}

/** The backup whose volumes are still to be taken over; null: none. */
export function carryFrom({ dataRoot }: DockerFacts, owns: DockerOwnership, place: Place | null): string | null {
  const { carriesVolumes, backup } = owns.dataRoot;
  if (!carriesVolumes || backup === null) return null;
  const isStillAside = dataRoot.backups.some(({ path, hasVolumes }) => path === backup && hasVolumes);
  return place !== null || isStillAside ? backup : null;
}

export const backupNames = ({ backups }: DataRoot): string[] =>
  backups.map(({ path }) => path.replace(/(\.pool)?(\.removing)?(\.partial)?$/, ''));

/** The name itself, or numbered: `docker.bk.1`. */
export function freeName(first: string, taken: readonly string[]): string {
  let name = first;
  for (let number = 1; taken.includes(name); number += 1) name = `${first}.${number}`;
  return name;
}
