import { findSpare } from '../model/lvm.ts';
import { MAX_METADATA_BYTES, metadataGuidelineBytes } from '../model/pool-metadata.ts';
import { type Bytes, bytes, type Extents, extents, extentsToHold, extentsWithin } from '../units/quantity.ts';
import type { SickLvmPool } from './repair-subject.ts';

/** Twice what they were, and never less than the kernel's guideline. */
export function wantedMetadata(now: Bytes, dataSizeBytes: Bytes, chunkSizeBytes: Bytes): Bytes {
  const guideline = metadataGuidelineBytes(dataSizeBytes, chunkSizeBytes);
  return bytes(now * 2n > guideline ? now * 2n : guideline);
}

/**
 * What the metadata of a pool of LVM's, once they were full, are to have: what is wanted, or as much of it as its VG has room
 * for beside a spare of that size. As much as now: there is no room.
 */
export function grownMetadata({ vg, lv }: SickLvmPool): Extents {
  const within = (size: Bytes | null | undefined): Extents => extentsWithin(bytes(size ?? 0n), vg.extentSizeBytes);
  const now = within(lv.metadataSizeBytes);
  const spare = within(findSpare(vg)?.sizeBytes);
  const least = bytes(now * vg.extentSizeBytes);
  const wanted = extentsToHold(wantedMetadata(least, lv.sizeBytes, bytes(lv.chunkSizeBytes ?? 1n)), vg.extentSizeBytes);
  // A spare that is smaller takes the difference as well.
  const lacking = now > spare ? now - spare : 0n;
  // LVM repairs into the spare, and makes another one of that size.
  const roomAfterRepair = now + (vg.freeExtents - lacking - now) / 2n;
  const room = roomAfterRepair > now ? roomAfterRepair : now + (vg.freeExtents - lacking) / 2n;
  const most = [wanted, room, within(MAX_METADATA_BYTES)].reduce((one, other) => (one < other ? one : other));
  return extents(most > now ? most : now);
}
