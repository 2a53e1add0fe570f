import type { SnapshotterSettings } from '../../model/containerd.ts';
import { type Bytes, GIB, MIB } from '../../units/quantity.ts';

/** Docker's own size of a container's device, so that the same host has the same on either engine. */
const DEFAULT_BASE_SIZE = (10n * GIB) as Bytes;

/** What the operator asked of the snapshotter; what was not asked is absent. */
export interface SnapshotterWish {
  baseSizeBytes?: Bytes;
  filesystem?: string;
  /** Further settings, which are written as they are. */
  options: SnapshotterSettings;
}

/** A size as the snapshotter reads it: go-units, binary in spite of its letters. */
export const sizeText = (size: Bytes): string => (size % GIB === 0n ? `${size / GIB}GB` : `${size / MIB}MB`);

/**
 * What the snapshotter is to be told: what it needs, what was asked, and what the file says already.
 * @param present settings that are in force
 * @param isOnFiles blocks of removed devices are to go back to the filesystem under the pool's files
 */
export function settingsFor(
  present: SnapshotterSettings,
  pool: { poolName: string; root: string; isOnFiles: boolean },
  wish: SnapshotterWish,
): SnapshotterSettings {
  const kept = (key: string, otherwise: string): string => String(present[key] || otherwise);
  return {
    root_path: pool.root,
    pool_name: pool.poolName,
    base_image_size: wish.baseSizeBytes
      ? sizeText(wish.baseSizeBytes)
      : kept('base_image_size', sizeText(DEFAULT_BASE_SIZE)),
    fs_type: wish.filesystem ?? kept('fs_type', 'ext4'),
    discard_blocks: pool.isOnFiles || present['discard_blocks'] === true,
    async_remove: present['async_remove'] === true,
    ...wish.options,
  };
}

/** Filesystems that the snapshotter makes (plugins/snapshots/devmapper, config.go). */
const FILESYSTEMS: readonly string[] = ['ext4', 'xfs', 'ext2'];

/** Settings that an operator may choose beside those with a flag of their own. */
const OPTIONS: Readonly<Record<string, 'switch' | 'text'>> = {
  async_remove: 'switch',
  discard_blocks: 'switch',
  fs_options: 'text',
};

/** A filesystem's type, or what is wrong, as a clause to follow `--fs "…": `. */
export const parseFilesystem = (text: string): { filesystem: string } | string =>
  FILESYSTEMS.includes(text) ? { filesystem: text } : `containerd makes ${FILESYSTEMS.join(', ')}`;

/** `name=value`, or what is wrong, as a clause to follow `--storage-opt "…": `. */
export function parseSnapshotterOption(text: string): SnapshotterSettings | string {
  const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
  const kind = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (kind === undefined)
    return `the devmapper snapshotter takes ${Object.keys(OPTIONS).join(', ')} here, like async_remove=true`;
  if (kind === 'text') return { [name]: value };
  return value === 'true' || value === 'false' ? { [name]: value === 'true' } : `${name} is true or false`;
}
