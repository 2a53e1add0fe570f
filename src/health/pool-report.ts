import { dmName, isOurPool, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import type { FileRoom, PoolSurvey } from '../model/pool-survey.ts';
import { type KernelThinPool, kernelPoolOf, METADATA_BLOCK_BYTES, type PoolMode } from '../model/thin-pool.ts';
import { usedPercent } from '../units/percent.ts';
import { type Bytes, bytes, extentsToBytes, SECTOR_BYTES } from '../units/quantity.ts';
import { type Engine, engineOf } from './engine-of.ts';
import { type Outlook, outlookOf } from './outlook.ts';
import { type Shortage, shortageOf } from './shortage.ts';
import { type WaterMark, waterMarkOf } from './water-mark.ts';

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
  suspended: boolean;
  /** The kernel runs it as LVM made it, and LVM does not find it any more. */
  isLostToLvm: boolean;
  /** null: the kernel does not say, because the pool is not running. */
  data: Usage | null;
  metadata: Usage | null;
  chunkSizeBytes: Bytes | null;
  /** Where it takes its room from; null: not LVM's. */
  vg: VgRoom | null;
  /** null: not LVM's. */
  outlook: Outlook | null;
  /** null: not LVM's, or nothing is to extend it. */
  waterMark: WaterMark | null;
  /** What it stands on: LVM's PVs, or the devices and files of a table of its own, data first. */
  devices: readonly string[];
  /** The files that it is kept in. */
  files: readonly FileRoom[];
  /** The metadata profile that is attached; null: none. */
  profile: string | null;
  /** dmtool made it, or took it over. */
  isOurs: boolean;
  /** Who keeps containers on it; null: nobody that is known. */
  engine: Engine | null;
  /** Below this its engine starts no container; null: it has no such line, or is not known. */
  minimumFreePercent: number | null;
  /** Whether writes wait or fail for want of space; null: there is some. */
  shortage: Shortage | null;
  /** The kernel's last word on why it is not well; null: nothing was said. */
  cause: string | null;
  discards: 'ignored' | 'kept' | 'passed down' | null;
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

interface LvmPool {
  vg: VolumeGroup;
  lv: LogicalVolume;
}

function reportRunning(host: PoolSurvey, pool: KernelThinPool, lvm: LvmPool | undefined): PoolReport {
  const { table, status, suspended } = pool;
  const blockBytes = table ? bytes(table.dataBlockSizeSectors * SECTOR_BYTES) : null;
  const works = status.state === 'working' ? status : null;
  return {
    ...(lvm ? lvmFacts(host, lvm, pool) : rawFacts(host, pool)),
    mode: status.state === 'working' ? status.mode : status.state,
    needsCheck: works?.needsCheck ?? false,
    suspended,
    isLostToLvm: !lvm && host.lvmDoubt === null && host.lvmPools.has(pool.name),
    data: works && blockBytes !== null ? usage(works.usedDataBlocks, works.totalDataBlocks, blockBytes) : null,
    metadata: works && usage(works.usedMetadataBlocks, works.totalMetadataBlocks, METADATA_BLOCK_BYTES),
    chunkSizeBytes: blockBytes,
    shortage: shortageOf(host, pool),
    cause: causeOf(host, pool),
    discards: table && discardsOf(table.features),
  };
}

const reportInactive = (host: PoolSurvey, vg: VolumeGroup, lv: LogicalVolume): PoolReport => ({
  ...lvmFacts(host, { vg, lv }, null),
  mode: 'inactive',
  needsCheck: false,
  suspended: false,
  isLostToLvm: false,
  data: null,
  metadata: null,
  chunkSizeBytes: lv.chunkSizeBytes,
  shortage: null,
  cause: null,
  discards: null,
});

function lvmFacts(host: PoolSurvey, { vg, lv }: LvmPool, pool: KernelThinPool | null) {
  const { physicalVolumes, profiles, lvmDefaults } = host;
  const [sizeBytes, freeBytes] = [vg.extentCount, vg.freeExtents].map((count) =>
    extentsToBytes(count, vg.extentSizeBytes),
  ) as [Bytes, Bytes];
  const outlook = outlookOf(vg, lv, profiles.get(lv.profile ?? '') ?? null, lvmDefaults);
  const kernelName = dmName(vg.name, lv.name);
  return {
    name: `${vg.name}/${lv.name}`,
    kind: 'lvm',
    device: `/dev/mapper/${kernelName}`,
    vg: { name: vg.name, sizeBytes, freeBytes, freePercent: usedPercent(vg.freeExtents, vg.extentCount) },
    outlook,
    waterMark: waterMarkOf(outlook, pool),
    devices: physicalVolumes.filter(({ vgName }) => vgName === vg.name).map(({ path }) => path),
    files: [],
    profile: lv.profile,
    isOurs: isOurPool(vg, lv),
    ...engineFacts(host, kernelName),
  } as const;
}

function rawFacts(host: PoolSurvey, { name, table }: KernelThinPool) {
  const numbers = table === null ? [] : [table.dataDevice, table.metadataDevice];
  const places = numbers.map((number) => host.places.get(number) ?? { path: number, file: null });
  return {
    name,
    kind: table?.dataDevice.startsWith(LOOP_MAJOR) ? 'loop' : 'raw',
    device: `/dev/mapper/${name}`,
    vg: null,
    outlook: null,
    waterMark: null,
    devices: places.map(({ path }) => path),
    files: places.flatMap(({ file }) => file ?? []),
    profile: null,
    isOurs: false,
    ...engineFacts(host, name),
  } as const;
}

function engineFacts(host: PoolSurvey, kernelName: string) {
  const engine = engineOf(host, kernelName);
  return { engine, minimumFreePercent: engine === 'Docker' ? (host.docker?.minimumFreePercent ?? null) : null };
}

const usage = (usedBlocks: bigint, totalBlocks: bigint, blockBytes: Bytes): Usage => ({
  usedBytes: bytes(usedBlocks * blockBytes),
  totalBytes: bytes(totalBlocks * blockBytes),
  usedPercent: usedPercent(usedBlocks, totalBlocks),
});

/** The kernel also tells when it changes the mode: that is no reason. */
const MODE_CHANGE = /^switching pool to /;

function causeOf({ kernelLog, numbers }: PoolSurvey, { name, status }: KernelThinPool): string | null {
  if (status.state === 'working' && status.mode === 'rw') return null;
  const words = kernelLog.filter(({ number, text }) => number === numbers.get(name) && !MODE_CHANGE.test(text));
  return words.at(-1)?.text ?? null;
}

/** As its table has it (thin-provisioning.rst). */
function discardsOf(features: readonly string[]): PoolReport['discards'] {
  if (features.includes('ignore_discard')) return 'ignored';
  return features.includes('no_discard_passdown') ? 'kept' : 'passed down';
}
