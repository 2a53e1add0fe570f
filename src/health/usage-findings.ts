import { KERNEL_MAX_METADATA_BYTES, metadataGuidelineBytes } from '../model/pool-metadata.ts';
import { alerts } from '../units/range.ts';
import { formatSize } from '../units/size.ts';
import type { PoolFinding, State } from './finding.ts';
import { unseen } from './mode-findings.ts';
import type { PoolReport } from './pool-report.ts';
import { growCommand } from './remedies.ts';
import type { Threshold, Thresholds } from './thresholds.ts';

/** How full a pool is, and what it stands in. */
export const usageFindings = (pool: PoolReport, thresholds: Thresholds): PoolFinding[] => [
  ...usageFinding('data', pool, thresholds.data),
  ...usageFinding('metadata', pool, thresholds.metadata),
  ...metadataFindings(pool),
  ...minimumFinding(pool),
  ...vgFindings(pool, thresholds.vg),
];

/** What a value is worth, by its threshold. */
export const stateFor = ({ warning, critical }: Threshold, value: number): Exclude<State, 'UNKNOWN'> => {
  if (critical !== null && alerts(critical, value)) return 'CRITICAL';
  return warning !== null && alerts(warning, value) ? 'WARNING' : 'OK';
};

/** Only of a pool that runs can it be said how full it is. */
const RUNNING: readonly PoolReport['mode'][] = ['rw', 'ro', 'out_of_data_space'];

function usageFinding(part: 'data' | 'metadata', pool: PoolReport, threshold: Threshold): PoolFinding[] {
  const usage = pool[part];
  if (usage === null) {
    const remedy = 'dmsetup table --target thin-pool';
    return RUNNING.includes(pool.mode) ? [unseen(`how full its ${part} is can't be read`, remedy)] : [];
  }
  const state = stateFor(threshold, usage.usedPercent);
  if (state === 'OK') return [];
  const text = `${part} is ${usage.usedPercent} % full`;
  const remedy = part === 'data' ? growCommand(pool) : metadataCommand(pool);
  return [{ code: part === 'data' ? 'DM104' : 'DM105', state, text, remedy, facts: { ...usage } }];
}

const metadataCommand = ({ name }: PoolReport): string => `dmtool resize --pool ${name} --metadata +1G`;

/** From so much of the kernel's limit on they can grow no more that matters. */
const NEAR_PERCENT = 95n;

function metadataFindings(pool: PoolReport): PoolFinding[] {
  const { data, metadata, chunkSizeBytes } = pool;
  if (metadata === null || data === null || chunkSizeBytes === null) return [];
  const { totalBytes } = metadata;
  if (totalBytes * 100n >= KERNEL_MAX_METADATA_BYTES * NEAR_PERCENT) {
    const text = `its metadata have ${formatSize(totalBytes)}, and the kernel uses no more than ${formatSize(KERNEL_MAX_METADATA_BYTES)}`;
    const facts = { totalBytes, mostBytes: KERNEL_MAX_METADATA_BYTES };
    return [{ code: 'DM116', state: 'INFO', text, remedy: 'dmtool explain DM116', facts }];
  }
  const guidelineBytes = metadataGuidelineBytes(data.totalBytes, chunkSizeBytes);
  if (totalBytes >= guidelineBytes) return [];
  const text = `its metadata have ${formatSize(totalBytes)}; the kernel's guideline for data of that size is ${formatSize(guidelineBytes)}`;
  return [{ code: 'DM115', state: 'INFO', text, remedy: metadataCommand(pool), facts: { totalBytes, guidelineBytes } }];
}

/** Docker counts data and metadata alike (DeviceSet.poolHasFreeSpace). */
function minimumFinding(pool: PoolReport): PoolFinding[] {
  const { data, metadata, minimumFreePercent } = pool;
  if (data === null || metadata === null || minimumFreePercent === null) return [];
  const isShort = (['data', 'metadata'] as const).filter(
    (part) => 100 - { data, metadata }[part].usedPercent < minimumFreePercent,
  );
  if (isShort.length === 0) return [];
  const text = `less than ${minimumFreePercent} % of its ${isShort.join(' and its ')} is free: Docker starts no container (dm.min_free_space)`;
  const remedy = isShort.includes('data') ? growCommand(pool) : metadataCommand(pool);
  return [{ code: 'DM117', state: 'CRITICAL', text, remedy, facts: { minimumFreePercent } }];
}

function vgFindings({ vg, name }: PoolReport, threshold: Threshold): PoolFinding[] {
  const state = vg === null ? 'OK' : stateFor(threshold, vg.freePercent);
  if (vg === null || state === 'OK') return [];
  const text = `VG ${vg.name} has ${vg.freePercent} % free: ${formatSize(vg.freeBytes)}`;
  const remedy = `dmtool resize --pool ${name} --device /dev/NEW`;
  return [{ code: 'DM111', state, text, remedy, facts: { freeBytes: vg.freeBytes, sizeBytes: vg.sizeBytes } }];
}
