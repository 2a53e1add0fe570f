import type { Host } from '../model/host.ts';
import type { ResizeIntent, SizeWish } from '../model/intent.ts';
import { METADATA_BLOCK_BYTES, type ThinPoolTable } from '../model/thin-pool.ts';
import { formatThinPoolTable } from '../tools/dmsetup.ts';
import { type Bytes, bytes, MIB, SECTOR_BYTES, type Sectors, sectors, sectorsToBytes } from '../units/quantity.ts';
import { formatSize, formatSizeForLvm } from '../units/size.ts';
import type { Condition } from './condition.ts';
import { step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import { capacityOf, growDevice, promises } from './resize-device.ts';
import { dockerExpectation, type Growth } from './resize-growth.ts';
import type { RawPool } from './resize-subject.ts';
import { KERNEL_MAX_METADATA_BYTES, metadataGuidelineBytes, usableMetadataBlocks } from './sizing.ts';
import type { Step } from './step.ts';

/** The sizes that a pool without LVM is to have. */
interface Target {
  lengthSectors: Sectors;
  dataBytes: Bytes;
  metadataBytes: Bytes;
}

/** Plans a pool on loop files or on block devices: what it stands on first, and then its table, in one freeze. */
export function growRawPool(host: Host, intent: ResizeIntent, pool: RawPool): Growth | Refusal[] {
  if (host.devices.length > 0) {
    const reason = 'it is in no VG that could take a device';
    return [
      { code: 'no-vg', subject: pool.name, reason, remedy: `grow ${pool.data.path} itself, and leave --device out` },
    ];
  }
  const target = targetOf(pool, intent);
  if ('code' in target) return [target];
  const data = growDevice(pool, 'data', pool.data, target.dataBytes);
  const metadata = growDevice(pool, 'metadata', pool.metadata, target.metadataBytes);
  const refusals = [data, metadata].filter((each) => 'code' in each);
  if (refusals.length > 0) return refusals;
  const now = sectorsToBytes(pool.table.lengthSectors);
  const then = sectorsToBytes(target.lengthSectors);
  const metadataNow = metadataInUse(pool);
  const change = (one: Bytes, other: Bytes): string =>
    one === other ? formatSize(one) : `${formatSize(one)} -> ${formatSize(other)}`;
  return {
    steps: [...(metadata as Step[]), ...(data as Step[]), reloadStep(host, pool, target)],
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
  };
}

/** A device that was made larger is taken when the pool's table is loaded again, and not before. */
const metadataInUse = ({ metadata, status }: RawPool): Bytes => {
  const room = capacityOf(metadata);
  const inUse = bytes(status.totalMetadataBlocks * METADATA_BLOCK_BYTES);
  return status.totalMetadataBlocks < usableMetadataBlocks(room) ? inUse : room;
};

const placeOf = ({ path, file }: RawPool['data']): string => (file ? `${file.path} (${path})` : path);

function targetOf(pool: RawPool, { data, metadata }: ResizeIntent): Target | Refusal {
  const { name, table } = pool;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: name,
    reason,
    remedy,
  });
  if (data?.kind === 'free-share' || metadata?.kind === 'free-share') {
    return refuse(
      'no-vg',
      'it is in no VG: there is no free space to take a share of',
      'name a size, like 200G or +20G',
    );
  }
  const now = sectorsToBytes(table.lengthSectors);
  const metadataNow = metadataInUse(pool);
  const metadataRoom = capacityOf(pool.metadata);
  const rest = metadata === null ? capacityOf(pool.data) : now;
  const dataBytes = wholeSectors(wanted(data, now, rest));
  const metadataBytes = wholeSectors(wanted(metadata, metadataNow, metadataRoom));
  const askedSectors = wholeBlocks(dataBytes, table);
  if (askedSectors < wholeBlocks(now, table)) {
    return refuse(
      'smaller',
      `it holds ${formatSize(now)}, and no pool can shrink`,
      `name a size above ${formatSize(now)}`,
    );
  }
  if (metadataBytes < metadataNow) {
    const reason = `its metadata have ${formatSize(metadataNow)}, and can't shrink`;
    return refuse('smaller', reason, `name a size above ${formatSize(metadataNow)} with --metadata`);
  }
  if (metadataBytes < metadataRoom) {
    const size = formatSize(metadataRoom);
    const reason = `its metadata device has ${size}, and the kernel takes all of it`;
    return refuse('smaller', reason, `leave --metadata out, or ask for ${size}`);
  }
  if (metadata !== null && metadataBytes > KERNEL_MAX_METADATA_BYTES) {
    const most = formatSize(KERNEL_MAX_METADATA_BYTES);
    return refuse('metadata-too-large', `the kernel uses ${most} of metadata at most`, `ask for ${most} or less`);
  }
  // A table that somebody else made may end within a block: that is no reason to change it.
  const lengthSectors = askedSectors > table.lengthSectors ? askedSectors : table.lengthSectors;
  const needed = metadataGuidelineBytes(sectorsToBytes(lengthSectors), sectorsToBytes(table.dataBlockSizeSectors));
  if (lengthSectors > table.lengthSectors && metadataBytes < needed) {
    const reason = `for ${formatSize(sectorsToBytes(lengthSectors))} of data its metadata need ${formatSize(needed)}, and have ${formatSize(metadataBytes)}`;
    return refuse(
      'metadata-too-small',
      reason,
      `--metadata ${formatSizeForLvm(bytes(((needed + MIB - 1n) / MIB) * MIB))}`,
    );
  }
  return { lengthSectors, dataBytes, metadataBytes };
}

const wanted = (wish: Exclude<SizeWish, { kind: 'free-share' }> | null, now: Bytes, otherwise: Bytes): Bytes => {
  if (wish === null) return otherwise;
  return wish.kind === 'to' ? wish.sizeBytes : bytes(now + wish.sizeBytes);
};

const wholeSectors = (size: Bytes): Bytes => bytes(size - (size % SECTOR_BYTES));

/** A table ends with a whole data block. */
const wholeBlocks = (size: Bytes, { dataBlockSizeSectors }: ThinPoolTable): Sectors => {
  const length = size / SECTOR_BYTES;
  return sectors(length - (length % dataBlockSizeSectors));
};

/** The live table with another length, and nothing else changed. */
function reloadStep(host: Host, pool: RawPool, { lengthSectors, metadataBytes }: Target): Step {
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
