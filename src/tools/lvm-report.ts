import * as z from 'zod/mini';
import type { LogicalVolume, LogicalVolumeKind, PhysicalVolume, VolumeGroup } from '../model/lvm.ts';
import { type Bytes, bytes, extents } from '../units/quantity.ts';
import { wholeNumber as count, parseJson } from './shape.ts';
import { UnreadableOutput } from './unreadable.ts';

const list = z.pipe(
  z.string(),
  z.transform((text) => (text === '' ? [] : text.split(','))),
);

const vgRow = z.object({
  vg_name: z.string(),
  vg_uuid: z.string(),
  vg_extent_size: count,
  vg_extent_count: count,
  vg_free_count: count,
  vg_tags: list,
  vg_partial: z.string(),
  vg_exported: z.string(),
});
const pvRow = z.object({
  pv_name: z.string(),
  pv_uuid: z.string(),
  dev_size: count,
  pv_pe_count: count,
  pv_missing: z.string(),
});
const lvRow = z.object({
  lv_uuid: z.string(),
  lv_name: z.string(),
  lv_layout: z.string(),
  lv_role: list,
  lv_attr: z.string(),
  lv_size: count,
  lv_active: z.string(),
  lv_tags: list,
  lv_profile: z.string(),
  lv_metadata_size: z.string(),
  data_lv: z.string(),
  metadata_lv: z.string(),
  pool_lv: z.string(),
});
const segmentRow = z.object({ lv_uuid: z.string(), chunk_size: count, seg_monitor: z.string() });

const fullReport = z.object({
  report: z.array(
    z.object({
      vg: z._default(z.array(vgRow), []),
      pv: z._default(z.array(pvRow), []),
      lv: z._default(z.array(lvRow), []),
      seg: z._default(z.array(segmentRow), []),
    }),
  ),
});

type LvRow = z.infer<typeof lvRow>;
type SegmentRow = z.infer<typeof segmentRow>;

/** What LVM says of a host. */
export interface LvmReport {
  volumeGroups: VolumeGroup[];
  physicalVolumes: PhysicalVolume[];
}

/**
 * Reads `lvm fullreport --reportformat json --units b --nosuffix` (lvmreport(7)): one report per VG, and one without a
 * VG for PVs that none has taken.
 * @throws UnreadableOutput when it is not that
 */
export function parseFullReport(text: string): LvmReport {
  const { report } = parseJson('lvm fullreport', text, fullReport);
  const volumeGroups: VolumeGroup[] = [];
  const physicalVolumes: PhysicalVolume[] = [];
  for (const { vg, pv, lv, seg } of report) {
    const [group] = vg;
    for (const row of pv) physicalVolumes.push(toPhysicalVolume(row, group?.vg_name || null));
    if (group?.vg_name) volumeGroups.push(toVolumeGroup(group, lv, seg));
  }
  return { volumeGroups, physicalVolumes };
}

const toPhysicalVolume = (row: z.infer<typeof pvRow>, vgName: string | null): PhysicalVolume => ({
  path: row.pv_name,
  uuid: row.pv_uuid,
  vgName,
  sizeBytes: bytes(BigInt(row.dev_size)),
  extentCount: extents(BigInt(row.pv_pe_count)),
  missing: row.pv_missing !== '',
});

function toVolumeGroup(row: z.infer<typeof vgRow>, lvs: LvRow[], segments: SegmentRow[]): VolumeGroup {
  const extentCount = extents(BigInt(row.vg_extent_count));
  const freeExtents = extents(BigInt(row.vg_free_count));
  if (freeExtents > extentCount) throw unsound(`VG ${row.vg_name} with more extents free than it has`);
  return {
    name: row.vg_name,
    uuid: row.vg_uuid,
    extentSizeBytes: sizeAboveZero(row.vg_extent_size, `extents of VG ${row.vg_name}`),
    extentCount,
    freeExtents,
    tags: row.vg_tags,
    partial: row.vg_partial !== '',
    exported: row.vg_exported !== '',
    logicalVolumes: lvs.map((lv) =>
      toLogicalVolume(
        lv,
        segments.find((segment) => segment.lv_uuid === lv.lv_uuid),
      ),
    ),
  };
}

/** What libdevmapper-event says, when dmeventd took no notice for 6 s (_daemon_read). */
export const isDmeventdSilent = (stderr: string): boolean => stderr.includes('No input from event server');

const unsound = (what: string): UnreadableOutput => new UnreadableOutput('lvm fullreport', what, '');

/** What others are divided by. */
function sizeAboveZero(text: string, what: string): Bytes {
  const size = bytes(BigInt(text));
  if (size === 0n) throw unsound(`${what} with a size of 0`);
  return size;
}

/** Hidden LVs are printed in brackets. */
const bare = (name: string): string => name.replace(/^\[(.*)\]$/, '$1');

function toLogicalVolume(row: LvRow, segment: SegmentRow | undefined): LogicalVolume {
  const kind = kindOf(row);
  const isPool = kind === 'thin-pool';
  return {
    name: bare(row.lv_name),
    kind,
    role: row.lv_role,
    attributes: row.lv_attr,
    sizeBytes: bytes(BigInt(row.lv_size)),
    active: row.lv_active !== '',
    tags: row.lv_tags,
    profile: row.lv_profile || null,
    monitor: segment?.seg_monitor ?? '',
    chunkSizeBytes: isPool && segment ? sizeAboveZero(segment.chunk_size, `chunks of ${row.lv_name}`) : null,
    dataLv: bare(row.data_lv) || null,
    metadataLv: bare(row.metadata_lv) || null,
    metadataSizeBytes: isPool && /^\d{1,20}$/.test(row.lv_metadata_size) ? bytes(BigInt(row.lv_metadata_size)) : null,
    poolLv: bare(row.pool_lv) || null,
  };
}

function kindOf(row: LvRow): LogicalVolumeKind {
  const layout = row.lv_layout.split(',');
  if (!layout.includes('thin')) return 'plain';
  return layout.includes('pool') ? 'thin-pool' : 'thin';
}
