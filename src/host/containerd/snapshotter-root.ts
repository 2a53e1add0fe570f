import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerdFacts, EffectiveConfig } from '../../model/containerd.ts';
import { entriesOf } from '../docker/backups.ts';
import { readIfThere } from '../files.ts';

/** Where containerd keeps its data when it can't be asked (containerd-config.toml(5)). */
const USUAL_ROOT = '/var/lib/containerd';

/** One of its databases for each pool, POOL.db (plugins/snapshots/devmapper, snapshotter.go), and one for all snapshots. */
const DATABASE = /^(.+)\.db$/;
const SNAPSHOTS = 'metadata';

/** bbolt keeps values as they are, and this is how one of a device begins (DeviceInfo, device_info.go). */
const DEVICE = '{"device_id":';

const isRegularFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The snapshotter's directory: where its settings say, or where dmtool would have it. */
export function probeSnapshotterRoot(effective: EffectiveConfig | null): ContainerdFacts['snapshotterRoot'] {
  const path = String(effective?.snapshotter['root_path'] || join(effective?.root ?? USUAL_ROOT, 'devmapper'));
  const poolNames = entriesOf(path)
    .map((name) => DATABASE.exec(name)?.[1])
    .filter((pool) => pool !== undefined && pool !== SNAPSHOTS)
    .filter((pool) => isRegularFile(join(path, `${pool}.db`)))
    .filter((pool) => readIfThere(join(path, `${pool}.db`))?.includes(DEVICE));
  return { path, isThere: existsSync(path), poolNames: poolNames as string[] };
}
