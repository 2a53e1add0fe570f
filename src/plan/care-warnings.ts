import { growthWithin, leastStepPercent } from '../model/growth.ts';
import type { Host } from '../model/host.ts';
import type { ThinPoolStatus } from '../model/thin-pool.ts';
import { percentStep, usedPercent } from '../units/percent.ts';
import { extentsToBytes, extentsWithin } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { CareProfile } from './care-profile.ts';
import type { CarePool } from './care-steps.ts';

/** What the settings of LVM on this host take from every pool. */
export function hostWarnings({ lvm }: Host): string[] {
  const warnings: string[] = [];
  if (!lvm.monitoring)
    warnings.push('lvm.conf sets activation/monitoring=0: after a reboot nobody will watch the pool.');
  if (lvm.thinCheckExecutable === '')
    warnings.push('lvm.conf names no thin_check: LVM will activate the pool without checking its metadata.');
  return warnings;
}

/** What keeps LVM from extending a pool that is looked after. */
export function growthWarnings(
  { name, vg, lv }: CarePool,
  { values }: CareProfile,
  status: ThinPoolStatus | null,
): string[] {
  const { thresholdPercent, stepPercent } = values;
  if (thresholdPercent >= 100) return [`The profile of ${name} switches auto-extension off, with a threshold of 100.`];
  const { extentSizeBytes, freeExtents } = vg;
  const data = extentsWithin(lv.sizeBytes, extentSizeBytes);
  const advice = `dmtool resize --pool ${name} --device gives the VG another disk.`;
  if (growthWithin(data, freeExtents, stepPercent).times === 0)
    return [`VG ${vg.name} has no room for even the smallest step: auto-extension can't run. ${advice}`];
  if (status === null) return [];
  const { usedDataBlocks, totalDataBlocks } = status;
  const least = percentStep(leastStepPercent(usedDataBlocks, totalDataBlocks, thresholdPercent), data);
  if (least <= freeExtents) return [];
  const [needed, free] = [least, freeExtents].map((count) => formatSize(extentsToBytes(count, extentSizeBytes)));
  return [
    `${name} is ${usedPercent(usedDataBlocks, totalDataBlocks)} % full: LVM extends it by what brings it back under ${thresholdPercent} %, which is ${needed}, and VG ${vg.name} has ${free} free. ${advice}`,
  ];
}
