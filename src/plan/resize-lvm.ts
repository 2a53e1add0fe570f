import type { Host } from '../model/host.ts';
import type { ResizeIntent, SizeWish } from '../model/intent.ts';
import { findSpare } from '../model/lvm.ts';
import { MAX_METADATA_BYTES, metadataGuidelineBytes } from '../model/pool-metadata.ts';
import { percentOfExtents } from '../units/percent.ts';
import {
  type Bytes,
  bytes,
  type Extents,
  extents,
  extentsToBytes,
  extentsToHold,
  extentsWithin,
  sectorsToBytes,
} from '../units/quantity.ts';
import { formatSize, formatSizeForLvm } from '../units/size.ts';
import { refuseUnusableVg } from './host-refusals.ts';
import type { Refusal } from './refusal.ts';
import { autoextendAfter, type CarePlan } from './resize-care.ts';
import type { Growth } from './resize-growth.ts';
import { lvmSteps } from './resize-lvm-steps.ts';
import { newDevices, refuseNewDevices } from './resize-new-devices.ts';
import type { LvmPool } from './resize-subject.ts';
import { DEFAULT_DATA_PERCENT } from './sizing.ts';

/** The sizes that a pool of LVM's is to have, and what its VG has left then. */
export interface LvmTarget {
  dataExtents: Extents;
  metadataExtents: Extents;
  freeExtents: Extents;
  vgExtents: Extents;
}

/** Plans a pool of LVM's: its VG first, then metadata, then data; never a table. */
export function growLvmPool(host: Host, intent: ResizeIntent, pool: LvmPool): Growth | Refusal[] {
  const refusals = [...refuseUnusableVg(pool.vg), ...refuseNewDevices(host, pool)];
  if (refusals.length > 0) return refusals;
  const room = roomOf(host, pool);
  const target = targetOf(host, intent, pool, room);
  if ('code' in target) return [target];
  const care = autoextendAfter(host, intent, pool, target);
  return {
    steps: lvmSteps(host, intent, pool, target, care),
    notes: [{ heading: `Thin pool ${pool.name}`, lines: linesOf(pool, room, target, care) }],
    warnings: care.warnings,
    dataSizeBytes: extentsToBytes(target.dataExtents, pool.vg.extentSizeBytes),
    metadataSizeBytes: extentsToBytes(target.metadataExtents, pool.vg.extentSizeBytes),
  };
}

function linesOf({ vg }: LvmPool, room: Room, target: LvmTarget, { sentence }: CarePlan): string[] {
  const size = (count: Extents): string => formatSize(extentsToBytes(count, vg.extentSizeBytes));
  const change = (now: Extents, then: string): string => (size(now) === then ? then : `${size(now)} -> ${then}`);
  return [
    `data      ${change(room.dataNow, size(target.dataExtents))}`,
    `metadata  ${change(room.metadataNow, size(target.metadataExtents))}`,
    `reserve   ${size(target.freeExtents)} stay free in VG ${vg.name}, which has ${size(target.vgExtents)}`,
    ...(sentence === null ? [] : [`growth    ${sentence}`]),
  ];
}

interface Room {
  extentSizeBytes: Bytes;
  dataNow: Extents;
  metadataNow: Extents;
  spare: Extents;
  free: Extents;
  vg: Extents;
}

function roomOf(host: Host, { vg, lv }: LvmPool): Room {
  const { extentSizeBytes } = vg;
  const within = (size: Bytes | null | undefined): Extents => extentsWithin(size ?? bytes(0), extentSizeBytes);
  const added = newDevices(host, vg).reduce((sum, { extentCount }) => sum + extentCount(extentSizeBytes), 0n);
  return {
    extentSizeBytes,
    dataNow: within(lv.sizeBytes),
    metadataNow: within(lv.metadataSizeBytes),
    spare: within(findSpare(vg)?.sizeBytes),
    free: extents(vg.freeExtents + added),
    vg: extents(vg.extentCount + added),
  };
}

function targetOf(host: Host, intent: ResizeIntent, pool: LvmPool, room: Room): LvmTarget | Refusal {
  const metadataExtents = metadataFor(intent.metadata, room);
  const growth = metadataExtents - room.metadataNow;
  const spareGrowth = growth > 0n && metadataExtents > room.spare ? metadataExtents - room.spare : 0n;
  const left = room.free - growth - spareGrowth;
  const dataExtents = dataFor(host, intent, room, left);
  const free = left - (dataExtents - room.dataNow);
  const target = { dataExtents, metadataExtents, freeExtents: extents(free), vgExtents: room.vg };
  return refuseTarget(pool, room, target) ?? target;
}

function metadataFor(wish: SizeWish | null, { metadataNow, free, extentSizeBytes }: Room): Extents {
  if (wish === null) return metadataNow;
  if (wish.kind === 'to') return extentsToHold(wish.sizeBytes, extentSizeBytes);
  // LVM's spare takes as much again.
  if (wish.kind === 'free-share') return extents(metadataNow + percentOfExtents(wish.percent, free) / 2n);
  return extents(metadataNow + extentsToHold(wish.sizeBytes, extentSizeBytes));
}

/** Without a size, the share that setup would take of all that is the pool's or nobody's; never less than it has. */
function dataFor(host: Host, { data, metadata }: ResizeIntent, room: Room, left: bigint): Extents {
  const { dataNow, metadataNow, spare, free, extentSizeBytes } = room;
  if (data?.kind === 'to') return extentsToHold(data.sizeBytes, extentSizeBytes);
  if (data?.kind === 'by') return extents(dataNow + extentsToHold(data.sizeBytes, extentSizeBytes));
  if (data?.kind === 'free-share')
    return extents(dataNow + percentOfExtents(data.percent, extents(left > 0n ? left : 0n)));
  if (metadata !== null && host.devices.length === 0) return dataNow;
  const own = extents(dataNow + metadataNow + spare + free);
  const share = percentOfExtents(DEFAULT_DATA_PERCENT, own);
  const most = dataNow + left;
  const wanted = share < most ? share : most;
  return extents(wanted > dataNow ? wanted : dataNow);
}

function refuseTarget({ name, vg, table }: LvmPool, room: Room, target: LvmTarget): Refusal | undefined {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: name,
    reason,
    remedy,
  });
  const size = (count: bigint): string => formatSize(extentsToBytes(extents(count), room.extentSizeBytes));
  const { dataExtents, metadataExtents, freeExtents } = target;
  if (dataExtents < room.dataNow) {
    const now = size(room.dataNow);
    return refuse('smaller', `it holds ${now}, and no pool can shrink`, `name a size above ${now}`);
  }
  if (metadataExtents < room.metadataNow) {
    const now = size(room.metadataNow);
    return refuse('smaller', `its metadata have ${now}, and can't shrink`, `name a size above ${now} with --metadata`);
  }
  if (
    metadataExtents > room.metadataNow &&
    extentsToBytes(metadataExtents, room.extentSizeBytes) > MAX_METADATA_BYTES
  ) {
    const most = formatSize(MAX_METADATA_BYTES);
    return refuse('metadata-too-large', `LVM uses ${most} of metadata at most`, `ask for ${most} or less`);
  }
  if (freeExtents < 0n) {
    const missing = size(-freeExtents);
    const reason = `VG ${vg.name} has ${size(room.free)} free, ${missing} less than that takes`;
    return refuse('no-room', reason, 'ask for less, or give the VG another disk with --device');
  }
  const chunkSizeBytes = sectorsToBytes(table.dataBlockSizeSectors);
  const needed = metadataGuidelineBytes(extentsToBytes(dataExtents, room.extentSizeBytes), chunkSizeBytes);
  if (dataExtents > room.dataNow && extentsToBytes(metadataExtents, room.extentSizeBytes) < needed) {
    const reason = `for ${size(dataExtents)} of data its metadata need ${formatSize(needed)}, and have ${size(metadataExtents)}`;
    const enough = extentsToBytes(extentsToHold(needed, room.extentSizeBytes), room.extentSizeBytes);
    return refuse('metadata-too-small', reason, `--metadata ${formatSizeForLvm(enough)}`);
  }
  return undefined;
}
