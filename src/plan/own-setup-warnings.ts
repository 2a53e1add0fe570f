import type { Host } from '../model/host.ts';
import { MAX_METADATA_BYTES } from '../model/pool-metadata.ts';
import { formatSize } from '../units/size.ts';
import { hostWarnings } from './care-warnings.ts';
import type { OwnDesign } from './own-setup-design.ts';
import type { OwnSetupSite } from './own-setup-site.ts';

/** What the operator should know of a pool that Docker makes by itself. */
export function ownSetupWarnings(host: Host, { made }: OwnSetupSite, { summary }: OwnDesign): string[] {
  const { thresholdPercent, stepPercent, times, firstStepBytes } = summary.autoextend;
  const { freeBytes, metadataSizeBytes } = summary;
  const warnings: string[] = [];
  if (thresholdPercent === 100) {
    warnings.push('A threshold of 100 switches auto-extension off.');
  } else if (times === 0) {
    warnings.push(
      `Auto-extension can't run: a step of ${stepPercent} % is ${formatSize(firstStepBytes)}, and VG ${summary.vg} has ${formatSize(freeBytes)} left. A smaller --data-percent keeps room for it.`,
    );
  }
  if (made === null && metadataSizeBytes > MAX_METADATA_BYTES) {
    warnings.push(
      `Metadata of ${formatSize(metadataSizeBytes)} are more than LVM can use, ${formatSize(MAX_METADATA_BYTES)}: Docker takes whole percents only. Without --provisioner docker they are cut to size.`,
    );
  }
  return [...warnings, ...hostWarnings(host)];
}
