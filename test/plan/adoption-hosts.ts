import type { Host } from '../../src/model/host.ts';
import type { LogicalVolume, VolumeGroup } from '../../src/model/lvm.ts';
import type { KernelThinPool, ThinPoolStatus, ThinPoolTable } from '../../src/model/thin-pool.ts';
import { extents } from '../../src/units/quantity.ts';
import { lvmHost } from './growing-hosts.ts';
import { PROFILE_PATH } from './hosts.ts';

/** As the documents have it typed. */
export const typedProfile = (thresholdPercent: number, stepPercent: number): string =>
  `activation {\n  thin_pool_autoextend_threshold=${thresholdPercent}\n  thin_pool_autoextend_percent=${stepPercent}\n}\n`;

export interface AdoptionScene {
  pool?: Partial<LogicalVolume>;
  vg?: Partial<VolumeGroup>;
  table?: Partial<ThinPoolTable>;
  status?: Partial<ThinPoolStatus>;
  kernel?: Partial<KernelThinPool>;
  /** The profile docker-thinpool; null: there is none. */
  profile?: string | null;
  host?: Partial<Host>;
}

/** A pool that the documents' commands made: 950 extents, 30 free, a step of 20 % that never fits, and no mark. */
export function typedHost({ pool, vg, table, status, kernel, profile, host }: AdoptionScene = {}): Host {
  const made = lvmHost();
  return {
    ...made,
    volumeGroups: made.volumeGroups.map((group) => ({
      ...group,
      tags: [],
      logicalVolumes: group.logicalVolumes.map((lv) =>
        lv.kind === 'thin-pool' ? { ...lv, tags: [], monitor: 'not monitored', ...pool } : lv,
      ),
      ...vg,
    })),
    thinPools: made.thinPools.map((each) => ({
      ...each,
      table: { ...(each.table as ThinPoolTable), lowWaterMarkBlocks: 0n, ...table },
      status: { ...(each.status as ThinPoolStatus), ...status },
      ...kernel,
    })),
    files: [{ path: PROFILE_PATH, content: profile === undefined ? typedProfile(80, 20) : profile }],
    ...host,
  };
}

/** Another VG with pools of LVM's that are not active. */
export const otherGroup = (name: string, ...logicalVolumes: readonly LogicalVolume[]): VolumeGroup => ({
  ...(typedHost().volumeGroups[0] as VolumeGroup),
  name,
  logicalVolumes,
  freeExtents: extents(500),
});
