import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/** A thin pool as LVM and the kernel tell of it themselves. */
export interface PoolFacts {
  readonly dataBytes: number;
  readonly metadataBytes: number;
  readonly freeBytes: number;
  readonly chunkBytes: number;
  readonly active: string;
  readonly monitor: string;
  readonly profile: string;
  readonly tags: string;
  /** The kernel's: data blocks and their size in sectors. */
  readonly lengthSectors: number;
  readonly blockSectors: number;
  readonly lowWaterMarkBlocks: number;
  readonly usedBlocks: number;
  readonly totalBlocks: number;
  readonly mode: string;
}

const lvFields = [
  ...['lv_size', 'lv_metadata_size', 'vg_free', 'chunk_size'],
  ...['lv_active', 'seg_monitor', 'lv_profile', 'lv_tags'],
];

/** Asks LVM and the kernel; `name` is `VG/POOL`. */
export async function poolFacts(guest: Guest, name: string): Promise<PoolFacts> {
  const report = await must(
    guest,
    'lvs --reportformat json --units b --nosuffix -o "$1" "$2"',
    lvFields.join(','),
    name,
  );
  const lv: Record<string, string> = JSON.parse(report).report[0].lv[0];
  const device = await poolDevice(guest, name);
  const table = (await must(guest, 'dmsetup table "$1"', device)).trim().split(' ');
  const status = (await must(guest, 'dmsetup status --noflush "$1"', device)).trim().split(' ');
  const [usedBlocks = 0, totalBlocks = 0] = (status[5] ?? '').split('/').map(Number);
  return {
    dataBytes: Number(lv['lv_size']),
    metadataBytes: Number(lv['lv_metadata_size']),
    freeBytes: Number(lv['vg_free']),
    chunkBytes: Number(lv['chunk_size']),
    active: lv['lv_active'] ?? '',
    monitor: lv['seg_monitor'] ?? '',
    profile: lv['lv_profile'] ?? '',
    tags: lv['lv_tags'] ?? '',
    lengthSectors: Number(table[1]),
    blockSectors: Number(table[5]),
    lowWaterMarkBlocks: Number(table[6]),
    usedBlocks,
    totalBlocks,
    mode: status[7] ?? '',
  };
}

/** The device-mapper name of the thin-pool target behind `VG/POOL`. */
export async function poolDevice(guest: Guest, name: string): Promise<string> {
  const path = name.replaceAll('-', '--').replace('/', '-');
  const names = await must(guest, 'dmsetup ls --target thin-pool');
  return names.includes(`${path}-tpool`) ? `${path}-tpool` : path;
}
