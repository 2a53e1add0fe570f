import { growthWithin } from '../model/growth.ts';
import { dmName } from '../model/lvm.ts';
import type { ProfileValues } from '../tools/profile.ts';
import { type Bytes, type Extents, extentsToBytes } from '../units/quantity.ts';
import type { PoolSummary } from './step.ts';

/** A pool of LVM's in extents, and what is to extend it. */
interface Parts {
  vg: string;
  pool: string;
  extentSizeBytes: Bytes;
  extents: Readonly<Record<'vg' | 'data' | 'metadata' | 'free', Extents>>;
  chunkSizeBytes: Bytes;
  profilePath: string;
  values: ProfileValues;
}

/** The same for people, with what auto-extension comes to. */
export function summarise({
  vg,
  pool,
  extentSizeBytes,
  extents,
  chunkSizeBytes,
  profilePath,
  values,
}: Parts): PoolSummary {
  const toBytes = (count: Extents): Bytes => extentsToBytes(count, extentSizeBytes);
  const growth = growthWithin(extents.data, extents.free, values.stepPercent);
  return {
    vg,
    pool,
    device: `/dev/mapper/${dmName(vg, pool)}`,
    vgSizeBytes: toBytes(extents.vg),
    dataSizeBytes: toBytes(extents.data),
    metadataSizeBytes: toBytes(extents.metadata),
    freeBytes: toBytes(extents.free),
    chunkSizeBytes,
    profilePath,
    autoextend: {
      ...values,
      times: growth.times,
      firstStepBytes: toBytes(growth.firstExtents),
      totalBytes: toBytes(growth.totalExtents),
    },
  };
}
