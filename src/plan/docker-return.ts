import { isOnStore } from '../engines/docker/daemon-json.ts';
import { restoreDaemonJson } from '../engines/docker/daemon-json-restore.ts';
import type { DockerFacts } from '../model/docker.ts';
import { dmName } from '../model/lvm.ts';
import type { DockerOwnership, OwnershipRecord } from '../model/ownership.ts';
import { backupNames, freeName } from './docker-place.ts';
import type { Place } from './step.ts';

/** Docker as it is and as it was, for the way back. */
export interface Return {
  docker: DockerFacts;
  was: DockerOwnership;
  /** Where the data root's present contents go first, to be removed in the end. */
  removing: Required<Place>;
  /** What a cleanup that was cut off had still to remove. */
  leftOver: string;
  /** Where its former contents are; null: there were none, or they were cleaned up. */
  former: Place | null;
  /** daemon.json as it is to be; null: there is to be none. */
  config: string | null;
  poolName: string | null;
}

/** What the names end in of all that Docker made since, on its way out. */
export const REMOVING = '.pool.removing';

/** Works out what Docker goes back to. */
export function surveyReturn(docker: DockerFacts, record: OwnershipRecord, was: DockerOwnership): Return {
  const { path: root, backup, isMountPoint } = was.dataRoot;
  const first = isMountPoint ? `${root}/docker.bk` : `${root}.bk`;
  const base = backup ?? first;
  const paths = docker.dataRoot.backups.map(({ path }) => path);
  const isThere = backup !== null && paths.some((path) => path === backup || path === `${backup}.partial`);
  // What came to lie in the root since, with a boot in between, goes beside what is aside already.
  const later = `${freeName(first, backupNames(docker.dataRoot))}${REMOVING}`;
  const begun = paths.find((path) => path.endsWith(`${REMOVING}.partial`))?.replace(/\.partial$/, '');
  const going = paths.includes(`${base}${REMOVING}`) ? later : `${base}${REMOVING}`;
  return {
    docker,
    was,
    removing: { root, backup: begun ?? going, isMountPoint, later },
    leftOver: `${base}.removing`,
    former: isThere ? { root, backup, isMountPoint, later } : null,
    config: restoreDaemonJson(docker.config.content, was.config.before, was.config.written),
    poolName: record.pool && dmName(record.pool.vg, record.pool.pool),
  };
}

/** Whether what lies in the data root is to make room: never what a cut-off run had not yet moved, or had brought back. */
export function mustMove({ docker, was, removing, former, poolName }: Return): boolean {
  const { backups, isEmpty, drivers, hasLoopFiles } = docker.dataRoot;
  const isThere = (path: string): boolean => backups.some((backup) => backup.path === path);
  if (isThere(`${removing.backup}.partial`)) return true;
  if (isEmpty) return false;
  if (former !== null) return !isThere(`${former.backup}.partial`);
  // containerd's store leaves nothing there that tells of a driver, on whichever snapshotter: daemon.json does.
  if (isOnStore(was.config.written)) return drivers.length === 0 && saysStore(docker) && !isBackOnStore(was);
  // What has come back already, with other drivers' data in it or with files of its own (loop-lvm), is not the pool's.
  return drivers.join() === 'devicemapper' && hasLoopFiles === (poolName === null);
}

const saysStore = ({ config: { content } }: DockerFacts): boolean => isOnStore(content ?? '');

/** Docker was told so before, too: what it had then was set aside, and is back. */
const isBackOnStore = ({ config: { before }, dataRoot: { backup } }: DockerOwnership): boolean =>
  isOnStore(before ?? '') && backup !== null;

/** Of the containers that ran, those that there are, as far as Docker can be asked. */
export const present = ({ docker, was }: Return): string[] =>
  was.containers.filter((name) => docker.info === null || docker.containers.some((each) => each.name === name));

/** Neither aside nor brought back: somebody has removed what was there before. */
export const isLost = (back: Return): boolean =>
  back.former === null && (back.docker.dataRoot.isEmpty || mustMove(back));
