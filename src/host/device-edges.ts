import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { EdgeContent } from '../model/device.ts';
import type { Bytes } from '../units/quantity.ts';

const MIB_BYTES = 1024 * 1024;
/** Where LVM's metadata area begins on a PV, and what stands in it behind a checksum (lvm2, lib/format_text/layout.h). */
const METADATA_AREA_OFFSET_BYTES = 4096;
const METADATA_MAGIC = Buffer.from(' LVM2 x[5A%r0N*>', 'latin1');

/** Reads the first and the last MiB: filesystems, labels and partition tables all keep something there. */
export function readEdges(path: string, sizeBytes: Bytes): EdgeContent {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const size = Number(sizeBytes);
    const length = Math.min(MIB_BYTES, size);
    if (!isZero(fd, size - length, size) || !isZero(fd, 0, Math.min(METADATA_AREA_OFFSET_BYTES, length))) return 'data';
    if (isZero(fd, METADATA_AREA_OFFSET_BYTES, length)) return 'blank';
    const magic = readAt(fd, METADATA_AREA_OFFSET_BYTES + 4, Buffer.alloc(METADATA_MAGIC.length));
    return magic.equals(METADATA_MAGIC) ? 'stale-lvm-metadata' : 'data';
  } finally {
    closeSync(fd);
  }
}

/** Piece by piece: memory that was never touched costs more than reading does. */
const PIECE_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(PIECE_BYTES);

function isZero(fd: number, from: number, to: number): boolean {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let offset = from; offset < to; offset += PIECE_BYTES) {
    const content = readAt(fd, offset, piece.subarray(0, Math.min(PIECE_BYTES, to - offset)));
    if (!content.equals(ZEROS.subarray(0, content.length))) return false;
  }
  return true;
}

/** Fills the buffer from there on. */
function readAt(fd: number, offset: number, buffer: Buffer): Buffer {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, offset + filled);
    if (count === 0) throw new Error(`the device ends at ${offset + filled} bytes, before its size`);
    filled += count;
  }
  return buffer;
}

/** Whether somebody holds the device exclusively: on a block device, O_EXCL fails with EBUSY then (open(2)). */
export function isBusy(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return true;
    throw error;
  }
}
