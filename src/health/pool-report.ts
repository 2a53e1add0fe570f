import { dmName, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import type { PoolSurvey } from '../model/pool-survey.ts';
import {
  type KernelThinPool,
  kernelPoolOf,
  METADATA_BLOCK_BYTES,
  type PoolMode,
  type ThinPoolTable,
} from '../model/thin-pool.ts';
import { usedPercent } from '../units/percent.ts';
import { type Bytes, bytes, extentsToBytes, SECTOR_BYTES } from '../units/quantity.ts';
import { type Outlook, outlookOf } from './outlook.ts';

/** LVM's, on loop devices, or on any other device by a table of its own. */
type PoolKind = 'lvm' | 'loop' | 'raw';

/** How full a part of a pool is. */
export interface Usage {
  usedBytes: Bytes;
  totalBytes: Bytes;
  usedPercent: number;
}

/** One pool as an operator sees it, whoever made it. */
export interface PoolReport {
  /** `VG/LV` of LVM's pools, the device-mapper name of all others. */
  name: string;
  kind: PoolKind;
  device: string;
  mode: PoolMode | 'fail' | 'error' | 'unreadable' | 'inactive';
  needsCheck: boolean;
  /** null: the kernel does not say, because the pool is not running. */
  data: Usage | null;
  metadata: Usage | null;
  chunkSizeBytes: Bytes | null;
  /** Where it takes its room from; null: not LVM's. */
  vg: VgRoom | null;
  /** null: not LVM's. */
  outlook: Outlook | null;
  /** What it stands on: LVM's PVs, or the devices and files of a table of its own. */
  devices: readonly string[];
  /** The metadata profile that is attached; null: none. */
  profile: string | null;
}

/** The free space of a VG. */
interface VgRoom {
  name: string;
  sizeBytes: Bytes;
  freeBytes: Bytes;
  freePercent: number;
}

/** Loop devices' major number (Documentation/admin-guide/devices.txt). */
const LOOP_MAJOR = '7:';

/** All pools: those that the kernel runs, and LVM's that are not active. */
export function reportPools(host: PoolSurvey): PoolReport[] {
  const lvmPools = host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes.filter(({ kind }) => kind === 'thin-pool').map((lv) => ({ vg, lv })),
  );
  const known = new Map(lvmPools.map(({ vg, lv }) => [kernelPoolOf(host.thinPools, vg.name, lv.name), { vg, lv }]));
  const running = host.thinPools.map((pool) => reportRunning(host, pool, known.get(pool)));
  const inactive = lvmPools
    .filter(({ vg, lv }) => kernelPoolOf(host.thinPools, vg.name, lv.name) === undefined)
    .map(({ vg, lv }) => reportInactive(host, vg, lv));
  return [...running, ...inactive];
}

function reportRunning(
  host: PoolSurvey,
  pool: KernelThinPool,
  lvm: { vg: VolumeGroup; lv: LogicalVolume } | undefined,
): PoolReport {
  const { table, status } = pool;
  const blockBytes = table ? bytes(table.dataBlockSizeSectors * SECTOR_BYTES) : null;
  const isLoop = table?.dataDevice.startsWith(LOOP_MAJOR) === true;
  const facts = {
    name: lvm ? `${lvm.vg.name}/${lvm.lv.name}` : pool.name,
    kind: lvm ? ('lvm' as const) : isLoop ? ('loop' as const) : ('raw' as const),
    device: `/dev/mapper/${lvm ? dmName(lvm.vg.name, lvm.lv.name) : pool.name}`,
    chunkSizeBytes: blockBytes,
    ...(lvm ? lvmFacts(host, lvm.vg, lvm.lv) : rawFacts(host, table)),
  };
  if (status.state !== 'working')
    return { ...facts, mode: status.state, needsCheck: false, data: null, metadata: null };
  return {
    ...facts,
    mode: status.mode,
    needsCheck: status.needsCheck,
    data: blockBytes === null ? null : usage(status.usedDataBlocks, status.totalDataBlocks, blockBytes),
    metadata: usage(status.usedMetadataBlocks, status.totalMetadataBlocks, METADATA_BLOCK_BYTES),
  };
}

const reportInactive = (host: PoolSurvey, vg: VolumeGroup, lv: LogicalVolume): PoolReport => ({
  name: `${vg.name}/${lv.name}`,
  kind: 'lvm',
  device: `/dev/mapper/${dmName(vg.name, lv.name)}`,
  mode: 'inactive',
  needsCheck: false,
  data: null,
  metadata: null,
  chunkSizeBytes: lv.chunkSizeBytes,
  ...lvmFacts(host, vg, lv),
});

function lvmFacts({ physicalVolumes, profiles }: PoolSurvey, vg: VolumeGroup, lv: LogicalVolume) {
  const [sizeBytes, freeBytes] = [vg.extentCount, vg.freeExtents].map((count) =>
    extentsToBytes(count, vg.extentSizeBytes),
  ) as [Bytes, Bytes];
  return {
    vg: { name: vg.name, sizeBytes, freeBytes, freePercent: usedPercent(vg.freeExtents, vg.extentCount) },
    outlook: outlookOf(vg, lv, profiles.get(lv.profile ?? '') ?? null),
    devices: physicalVolumes.filter(({ vgName }) => vgName === vg.name).map(({ path }) => path),
    profile: lv.profile,
  };
}

const rawFacts = ({ places }: PoolSurvey, table: ThinPoolTable | null) => ({
  vg: null,
  outlook: null,
  devices: table === null ? [] : [table.dataDevice, table.metadataDevice].map((each) => places.get(each) ?? each),
  profile: null,
});

const usage = (usedBlocks: bigint, totalBlocks: bigint, blockBytes: Bytes): Usage => ({
  usedBytes: bytes(usedBlocks * blockBytes),
  totalBytes: bytes(totalBlocks * blockBytes),
  usedPercent: usedPercent(usedBlocks, totalBlocks),
});
