import { statSync } from 'node:fs';
import type { ConfigFile } from '../../model/docker.ts';
import { readIfThere } from '../files.ts';
import { backupsOf } from './backups.ts';
import { followLinks } from './links.ts';

/** What a new one gets: dockerd and whoever uses it may read it. */
const NEW_MODE = 0o644;

/** Reads daemon.json, wherever it really lies. Of one that is not there, mode and owner are those that it would get. */
export function probeConfig(path: string): ConfigFile {
  const realPath = followLinks(path);
  const stats = statSync(realPath, { throwIfNoEntry: false });
  return {
    path,
    realPath,
    content: readIfThere(realPath),
    mode: stats === undefined ? NEW_MODE : stats.mode & 0o7777,
    owner: { uid: stats?.uid ?? 0, gid: stats?.gid ?? 0 },
    backups: backupsOf(realPath),
  };
}
