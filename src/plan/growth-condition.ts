import { findVg, type Host } from '../model/host.ts';
import { findLv } from '../model/lvm.ts';
import type { Bytes, Extents } from '../units/quantity.ts';
import { extentsToBytes } from '../units/quantity.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about what grows: devices, files, pools. */
export type GrowthCondition =
  | { is: 'vg-has-device'; vg: string; device: string }
  /** That part of an LVM pool has so many extents, or more. */
  | { is: 'pool-part-holds'; vg: string; pool: string; part: 'data' | 'metadata'; extentCount: Extents }
  /** The file behind a loop device is so long, or longer. */
  | { is: 'file-holds'; path: string; sizeBytes: Bytes }
  /** A device that a pool stands on is so large, or larger. */
  | { is: 'device-holds'; device: string; sizeBytes: Bytes }
  /** The kernel's own status: read-write, with so many blocks or more. */
  | { is: 'kernel-pool-holds'; poolName: string; dataBlocks: bigint; metadataBlocks: bigint }
  /** The pool's live table is no longer than that, in 512-byte sectors. */
  | { is: 'table-within'; poolName: string; lengthSectors: bigint }
  | { is: 'pool-suspended'; poolName: string };

const kernelPool = ({ thinPools }: Host, name: string) => thinPools.find((pool) => pool.name === name);

/** How each is answered. */
export const growthAnswers: Answers<GrowthCondition> = {
  'vg-has-device': ({ physicalVolumes }, { vg, device }) =>
    physicalVolumes.some((pv) => pv.vgName === vg && pv.path === device),

  'pool-part-holds': (host, { vg, pool, part, extentCount }) => {
    const group = findVg(host, vg);
    const lv = findLv(group, pool);
    const sizeBytes = part === 'data' ? lv?.sizeBytes : lv?.metadataSizeBytes;
    return group !== undefined && sizeBytes != null && sizeBytes >= extentsToBytes(extentCount, group.extentSizeBytes);
  },

  'file-holds': ({ backingDevices }, { path, sizeBytes }) =>
    backingDevices.some(({ file }) => file?.path === path && file.sizeBytes >= sizeBytes),

  'device-holds': ({ backingDevices }, { device, sizeBytes }) =>
    backingDevices.some((each) => each.path === device && each.sizeBytes >= sizeBytes),

  'kernel-pool-holds': (host, { poolName, dataBlocks, metadataBlocks }) => {
    const status = kernelPool(host, poolName)?.status;
    if (status?.state !== 'working' || status.mode !== 'rw' || status.needsCheck) return false;
    return status.totalDataBlocks >= dataBlocks && status.totalMetadataBlocks >= metadataBlocks;
  },

  'table-within': (host, { poolName, lengthSectors }) => {
    const table = kernelPool(host, poolName)?.table;
    return table != null && table.lengthSectors <= lengthSectors;
  },

  'pool-suspended': (host, { poolName }) => kernelPool(host, poolName)?.suspended === true,
};
