import type { Host } from '../model/host.ts';
import type { ResizeIntent } from '../model/intent.ts';
import { usableMetadataBlocks } from '../model/pool-metadata.ts';
import { formatThinPoolTable } from '../tools/dmsetup.ts';
import { type Bytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { type Condition, holds } from './condition.ts';
import { step } from './make-step.ts';
import { recordRawPool } from './raw-pool-record.ts';
import type { Refusal } from './refusal.ts';
import { growDevice, promises } from './resize-device.ts';
import { dockerExpectation, type Growth } from './resize-growth.ts';
import { resizeRecordName } from './resize-new-devices.ts';
import { metadataInUse, type RawTarget, rawTarget } from './resize-raw-target.ts';
import type { RawPool } from './resize-subject.ts';
import type { Step } from './step.ts';

/** Plans a pool on loop files or on block devices: what it stands on first, and then its table, in one freeze. */
export function growRawPool(host: Host, intent: ResizeIntent, pool: RawPool): Growth | Refusal[] {
  if (host.devices.length > 0) {
    const reason = 'it is in no VG that could take a device';
    return [
      { code: 'no-vg', subject: pool.name, reason, remedy: `grow ${pool.data.path} itself, and leave --device out` },
    ];
  }
  const target = rawTarget(pool, intent);
  if ('code' in target) return [target];
  const data = growDevice(pool, 'data', pool.data, target.dataBytes);
  const metadata = growDevice(pool, 'metadata', pool.metadata, target.metadataBytes);
  const refusals = [data, metadata].filter((each) => 'code' in each);
  if (refusals.length > 0) return refusals;
  const now = sectorsToBytes(pool.table.lengthSectors);
  const then = sectorsToBytes(target.lengthSectors);
  const metadataNow = metadataInUse(pool);
  const devices = [...(metadata as Step[]), ...(data as Step[])];
  const reload = reloadStep(host, pool, target);
  const change = (one: Bytes, other: Bytes): string =>
    one === other ? formatSize(one) : `${formatSize(one)} -> ${formatSize(other)}`;
  return {
    // Before the kernel has the new size: its metadata know of it from then on, and no table that is shorter will do.
    steps: [...devices, ...recordSteps(host, pool, target, [...devices, reload]), reload],
    notes: [
      {
        heading: `Thin pool ${pool.name}`,
        lines: [
          `data      ${change(now, then)}, on ${placeOf(pool.data)}`,
          `metadata  ${change(metadataNow, target.metadataBytes)}, on ${placeOf(pool.metadata)}`,
        ],
      },
      ...promises([
        [pool.data, target.dataBytes],
        [pool.metadata, target.metadataBytes],
      ]),
    ],
    warnings: [],
    dataSizeBytes: then,
    metadataSizeBytes: target.metadataBytes,
  };
}

/** How it is made is written down when it grows, or when a run that was cut off may not have come to it. */
function recordSteps(host: Host, pool: RawPool, { lengthSectors }: RawTarget, grow: readonly Step[]): Step[] {
  const isUnfinished = host.ownership.some(({ name }) => name === resizeRecordName(pool.name));
  const grows = grow.some(({ done }) => !holds(done, host));
  return grows || isUnfinished ? recordRawPool(host, pool, { ...pool.table, lengthSectors }) : [];
}

const placeOf = ({ path, file }: RawPool['data']): string => (file ? `${file.path} (${path})` : path);

/** The live table with another length, and nothing else changed. */
function reloadStep(host: Host, pool: RawPool, { lengthSectors, metadataBytes }: RawTarget): Step {
  const { kernelName: poolName, table, status } = pool;
  const formerTable = formatThinPoolTable(table);
  const dataBlocks = lengthSectors / table.dataBlockSizeSectors;
  const metadataBlocks = usableMetadataBlocks(metadataBytes);
  const done: Condition = { is: 'kernel-pool-holds', poolName, dataBlocks, metadataBlocks };
  const size = formatSize(sectorsToBytes(lengthSectors));
  const title =
    lengthSectors === table.lengthSectors
      ? `Have the kernel take the larger metadata of ${poolName}`
      : `Give the kernel the new table of ${poolName}: ${lengthSectors} sectors, ${size}`;
  return step({
    id: 'reload-table',
    title,
    do: { kind: 'reload-table', poolName, table: formatThinPoolTable({ ...table, lengthSectors }), formerTable },
    undo: [
      {
        when: { is: 'pool-suspended', poolName },
        do: { kind: 'reload-table', poolName, table: formerTable, formerTable },
      },
    ],
    done,
    expect: [
      done,
      ...dockerExpectation(host, pool, dataBlocks, metadataBlocks > status.totalMetadataBlocks ? metadataBlocks : null),
    ],
    final: 'done',
  });
}
