import type { BackingDevice, LoopFile } from '../../src/model/backing-device.ts';
import type { DeviceFacts } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import type { ResizeIntent } from '../../src/model/intent.ts';
import { nextSpareName } from '../../src/model/lvm.ts';
import type { KernelThinPool, ThinPoolStatus, ThinPoolTable } from '../../src/model/thin-pool.ts';
import { bytes, extents, GIB, MIB, sectors } from '../../src/units/quantity.ts';
import {
  blankHost,
  kernelPool,
  logicalVolume,
  PROFILE_PATH,
  PROFILE_TEMPLATE,
  thinPool,
  volumeGroup,
} from './hosts.ts';

/** `dmtool resize`, as the command reads it. */
export const growthWish = (facts: Partial<ResizeIntent> = {}): ResizeIntent => ({
  pool: null,
  data: null,
  metadata: null,
  newPvUuids: ['new-0', 'new-1'],
  profileTemplate: PROFILE_TEMPLATE,
  ...facts,
});

export const to = (sizeBytes: bigint) => ({ kind: 'to', sizeBytes: bytes(sizeBytes) }) as const;
export const by = (sizeBytes: bigint) => ({ kind: 'by', sizeBytes: bytes(sizeBytes) }) as const;

/** A sparse file of which a tenth is stored. */
export const loopFile = (path: string, sizeBytes: bigint, facts: Partial<LoopFile> = {}): LoopFile => ({
  path,
  sizeBytes: bytes(sizeBytes),
  allocatedBytes: bytes(sizeBytes / 10n),
  freeBytes: bytes(1000n * GIB),
  offsetBytes: bytes(0),
  sizeLimitBytes: bytes(0),
  isThere: true,
  ...facts,
});

export const loopDevice = (index: number, file: LoopFile, facts: Partial<BackingDevice> = {}): BackingDevice => ({
  number: `7:${index}`,
  path: `/dev/loop${index}`,
  stablePath: `/dev/loop${index}`,
  sizeBytes: bytes(file.sizeBytes - file.offsetBytes),
  file,
  ...facts,
});

export const blockDevice = (number: string, path: string, sizeBytes: bigint): BackingDevice => ({
  number,
  path,
  stablePath: `/dev/disk/by-id/of-${number}`,
  sizeBytes: bytes(sizeBytes),
  file: null,
});

interface RawScene {
  data?: BackingDevice;
  metadata?: BackingDevice;
  table?: Partial<ThinPoolTable>;
  status?: Partial<ThinPoolStatus>;
  pool?: Partial<KernelThinPool>;
  host?: Partial<Host>;
}

/** Docker's own pool on two files: 2 GiB and 64 MiB, blocks of 64 KiB. */
export function loopHost({ table, status, pool, host, ...devices }: RawScene = {}): Host {
  const data = devices.data ?? loopDevice(0, loopFile('/var/lib/docker/data', 2n * GIB));
  const metadata = devices.metadata ?? loopDevice(1, loopFile('/var/lib/docker/metadata', 64n * MIB));
  const lengthSectors = sectors(data.sizeBytes / 512n);
  const made = kernelPool('docker-8:1-77-pool');
  const raw: KernelThinPool = {
    ...made,
    table: {
      ...(made.table as ThinPoolTable),
      dataDevice: data.number,
      metadataDevice: metadata.number,
      dataBlockSizeSectors: sectors(128),
      lengthSectors,
      ...table,
    },
    status: {
      ...(made.status as ThinPoolStatus),
      totalDataBlocks: lengthSectors / 128n,
      totalMetadataBlocks: metadata.sizeBytes / 4096n,
      ...status,
    },
    ...pool,
  };
  return blankHost([], { thinPools: [raw], backingDevices: [data, metadata], ...host });
}

interface LvmScene {
  devices?: readonly DeviceFacts[];
  /** Of 4 MiB. */
  vgExtents?: bigint;
  dataExtents?: bigint;
  metadataExtents?: bigint;
  stepPercent?: number;
  status?: Partial<ThinPoolStatus>;
  host?: Partial<Host>;
}

/** A pool that setup made, as the kernel runs it: of 1000 extents 950 are data, 10 metadata, 10 the spare. */
export function lvmHost({ devices = [], host, status, ...sizes }: LvmScene = {}): Host {
  const { vgExtents = 1000n, dataExtents = 950n, metadataExtents = 10n, stepPercent = 3 } = sizes;
  const made = kernelPool('docker-thinpool');
  const pool = thinPool('thinpool', dataExtents, metadataExtents, { profile: 'docker-thinpool', tags: ['dmtool'] });
  const kernel: KernelThinPool = {
    ...made,
    table: {
      ...(made.table as ThinPoolTable),
      lengthSectors: sectors((dataExtents * 4n * MIB) / 512n),
      lowWaterMarkBlocks: (dataExtents * 8n) / 5n,
    },
    status: {
      ...(made.status as ThinPoolStatus),
      totalDataBlocks: dataExtents * 8n,
      totalMetadataBlocks: metadataExtents * 1024n,
      ...status,
    },
  };
  const pv = {
    path: '/dev/sdb',
    uuid: 'pv-0',
    vgName: 'docker',
    sizeBytes: bytes(vgExtents * 4n * MIB + MIB),
    missing: false,
  };
  const profile = PROFILE_TEMPLATE.replace('@THRESHOLD@', '80').replace('@PERCENT@', String(stepPercent));
  const spare = logicalVolume(nextSpareName(undefined), metadataExtents, { role: ['private', 'pool', 'spare'] });
  return blankHost(devices, {
    physicalVolumes: [{ ...pv, extentCount: extents(vgExtents) }],
    volumeGroups: [
      volumeGroup('docker', {
        extentCount: extents(vgExtents),
        freeExtents: extents(vgExtents - dataExtents - 2n * metadataExtents),
        tags: ['dmtool'],
        logicalVolumes: [pool, spare],
      }),
    ],
    thinPools: [kernel],
    files: [{ path: PROFILE_PATH, content: profile }],
    ...host,
  });
}
