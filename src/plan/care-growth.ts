import { growthWithin } from '../model/growth.ts';
import type { VolumeGroup } from '../model/lvm.ts';
import type { ProfileValues } from '../tools/profile.ts';
import { type Extents, extentsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';

/**
 * What the reserve of a VG can do for a pool, in words.
 * @returns null when LVM can not take a single step
 */
export function growthSentence(
  { extentSizeBytes }: VolumeGroup,
  dataExtents: Extents,
  freeExtents: Extents,
  { thresholdPercent, stepPercent }: ProfileValues,
): string | null {
  const { times, totalExtents } = growthWithin(dataExtents, freeExtents, stepPercent);
  if (times === 0) return null;
  const often = times === 1 ? 'once' : `${times} times`;
  const total = formatSize(extentsToBytes(totalExtents, extentSizeBytes));
  return `at ${thresholdPercent} % LVM adds ${stepPercent} %: it can ${often}, by ${total} in all`;
}
