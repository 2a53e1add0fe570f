import type { FileRoom } from '../model/pool-survey.ts';
import { shellLine } from '../tools/shell-line.ts';
import { usedPercent } from '../units/percent.ts';
import type { Bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { PoolFinding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';
import type { Threshold } from './thresholds.ts';
import { stateFor } from './usage-findings.ts';

/**
 * What a pool stands on, where that is not a disk, and whether space comes back to it.
 * @param threshold for the filesystem under loop files, in percent of what is used
 */
export const placeFindings = (pool: PoolReport, threshold: Threshold): PoolFinding[] => [
  ...(pool.kind === 'loop' ? [loopFinding(pool)] : []),
  ...pool.files.flatMap((file) => fileFinding(file, threshold)),
  ...discardFinding(pool),
];

const loopFinding = ({ devices }: PoolReport): PoolFinding => ({
  code: 'DM122',
  state: 'INFO',
  text: 'it is kept in files on loop devices, which is slow, and not meant for production',
  remedy: 'dmtool setup --device /dev/NEW --dry-run',
  facts: { data: devices[0] ?? null },
});

/** A file with holes has promised more than it has: what the filesystem does not have then is an I/O error. */
function fileFinding({ path, sizeBytes, allocatedBytes, freeBytes, totalBytes }: FileRoom, threshold: Threshold) {
  const promised = sizeBytes - allocatedBytes;
  if (promised <= freeBytes) return [];
  const used = usedPercent(totalBytes - freeBytes, totalBytes);
  const worse = stateFor(threshold, used);
  const text = `${path} may take ${formatSize(promised as Bytes)} more, and its filesystem has ${formatSize(freeBytes)} (${used} % full)`;
  const finding: PoolFinding = {
    code: 'DM123',
    state: worse === 'OK' ? 'INFO' : worse,
    text,
    remedy: shellLine(['df', '-h', path]),
    facts: { path, sizeBytes, allocatedBytes, freeBytes, totalBytes },
  };
  return [finding];
}

/** Where somebody has to ask for it, blocks of what was deleted stay taken. */
function discardFinding({ discards, kind, name, device }: PoolReport): PoolFinding[] {
  if (discards === 'ignored') {
    const remedy = kind === 'lvm' ? `lvchange --discards passdown ${name}` : `dmsetup table ${device}`;
    const text = 'it ignores discards: what is deleted never comes back to it';
    return [{ code: 'DM125', state: 'WARNING', text, remedy, facts: { discards } }];
  }
  if (discards !== 'kept' || kind !== 'loop') return [];
  const text = 'it does not pass discards down to its file, which never becomes smaller';
  return [{ code: 'DM125', state: 'INFO', text, remedy: `dmsetup table ${device}`, facts: { discards } }];
}
