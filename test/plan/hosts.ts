import type { BlockDevice, DeviceFacts, DeviceUse } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import type { SetupIntent } from '../../src/model/intent.ts';
import type { LogicalVolume, VolumeGroup } from '../../src/model/lvm.ts';
import type { KernelThinPool } from '../../src/model/thin-pool.ts';
import { GROWTH_PROGRAMS, SETUP_PROGRAMS } from '../../src/tools/programs.ts';
import { bytes, extents, MIB, sectors } from '../../src/units/quantity.ts';

const EXTENT = 4n * MIB;
export const PROFILE_PATH = '/etc/lvm/profile/docker-thinpool.profile';
export const PROFILE_TEMPLATE = `# Written by a test
activation {
\tthin_pool_autoextend_threshold=@THRESHOLD@
\tthin_pool_autoextend_percent=@PERCENT@
}
`;

/** A blank disk. */
export const disk = (path: string, sizeBytes: bigint, facts: Partial<BlockDevice> = {}): BlockDevice => ({
  kind: 'block',
  asked: path,
  path,
  sizeBytes: bytes(sizeBytes),
  readOnly: false,
  isPartition: false,
  signatures: [],
  edges: 'blank',
  busy: false,
  uses: [],
  partitions: [],
  pvPartitions: [],
  visibleToLvm: true,
  ...facts,
});

/** A disk with an ext4 filesystem that nobody uses. */
export const writtenDisk = (path: string, sizeBytes: bigint): BlockDevice =>
  disk(path, sizeBytes, {
    edges: 'data',
    signatures: [{ type: 'ext4', offsetBytes: bytes(1080), uuid: 'u-1', label: 'old' }],
  });

/** A disk that somebody uses. */
export const usedDisk = (path: string, sizeBytes: bigint, ...uses: readonly DeviceUse[]): BlockDevice =>
  disk(path, sizeBytes, { busy: true, edges: 'data', uses });

/** A host with everything that setup needs, and nothing on it. */
export const blankHost = (devices: readonly DeviceFacts[], facts: Partial<Host> = {}): Host => ({
  isRoot: true,
  programs: [...new Set([...SETUP_PROGRAMS, ...GROWTH_PROGRAMS])],
  thinPoolTarget: true,
  namesInDev: [],
  lvm: {
    profileDirectory: '/etc/lvm/profile',
    thinCheckExecutable: '/usr/sbin/thin_check',
    monitoring: true,
    filtersDevices: false,
  },
  physicalVolumes: [],
  volumeGroups: [],
  thinPools: [],
  thinDevices: [],
  backingDevices: [],
  devices,
  files: [{ path: PROFILE_PATH, content: null }],
  ownership: [],
  installed: [],
  rawPools: [],
  activation: null,
  docker: null,
  containerd: null,
  poolDevices: null,
  keeping: null,
  repair: null,
  ...facts,
});

/** `dmtool setup --device …`, as the command reads it. */
export const wish = (facts: Partial<SetupIntent> = {}): SetupIntent => ({
  vg: 'docker',
  pool: 'thinpool',
  source: { kind: 'devices' },
  headroom: false,
  wipe: false,
  newPvUuids: ['uuid-0', 'uuid-1', 'uuid-2'],
  profileTemplate: PROFILE_TEMPLATE,
  ...facts,
});

/** `dmtool setup --vg system`. */
export const freeSpaceWish = (facts: Partial<SetupIntent> = {}): SetupIntent =>
  wish({ vg: 'system', source: { kind: 'free-space' }, newPvUuids: [], ...facts });

/** Somebody else's LV of so many extents of 4 MiB. */
export const logicalVolume = (
  name: string,
  extentCount: bigint,
  facts: Partial<LogicalVolume> = {},
): LogicalVolume => ({
  name,
  kind: 'plain',
  role: ['public'],
  attributes: '-wi-a-----',
  sizeBytes: bytes(extentCount * EXTENT),
  active: true,
  tags: [],
  profile: null,
  monitor: '',
  chunkSizeBytes: null,
  dataLv: null,
  metadataLv: null,
  metadataSizeBytes: null,
  poolLv: null,
  ...facts,
});

/** Somebody else's thin pool. */
export const thinPool = (
  name: string,
  dataExtents: bigint,
  metadataExtents: bigint,
  facts: Partial<LogicalVolume> = {},
): LogicalVolume =>
  logicalVolume(name, dataExtents, {
    kind: 'thin-pool',
    role: ['private'],
    monitor: 'monitored',
    chunkSizeBytes: bytes(MIB / 2n),
    dataLv: `${name}_tdata`,
    metadataLv: `${name}_tmeta`,
    metadataSizeBytes: bytes(metadataExtents * EXTENT),
    ...facts,
  });

/** Somebody else's VG with extents of 4 MiB. */
export const volumeGroup = (name: string, facts: Partial<VolumeGroup> = {}): VolumeGroup => ({
  name,
  uuid: `uuid-${name}`,
  extentSizeBytes: bytes(EXTENT),
  extentCount: extents(1000),
  freeExtents: extents(1000),
  tags: [],
  partial: false,
  exported: false,
  logicalVolumes: [],
  ...facts,
});

/** A pool that the kernel runs, 1000 blocks of 512 KiB, a tenth of them used. */
export const kernelPool = (name: string, facts: Partial<KernelThinPool> = {}): KernelThinPool => ({
  name,
  table: {
    startSectors: sectors(0),
    lengthSectors: sectors(1_024_000),
    metadataDevice: '254:0',
    dataDevice: '254:1',
    dataBlockSizeSectors: sectors(1024),
    lowWaterMarkBlocks: 200n,
    features: ['skip_block_zeroing'],
  },
  status: {
    state: 'working',
    transactionId: 0n,
    usedMetadataBlocks: 100n,
    totalMetadataBlocks: 1000n,
    usedDataBlocks: 100n,
    totalDataBlocks: 1000n,
    mode: 'rw',
    whenFull: 'queue_if_no_space',
    needsCheck: false,
  },
  suspended: false,
  ...facts,
});

/** A host that nothing can change unnoticed: writing to a frozen object throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) deepFreeze(each);
    Object.freeze(value);
  }
  return value;
}
