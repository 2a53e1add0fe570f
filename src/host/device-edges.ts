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
    const length = Math.min(MIB_BYTES, Number(sizeBytes));
    const start = readAt(fd, 0, length);
    const end = readAt(fd, Number(sizeBytes) - length, length);
    if (!isZero(end) || !isZero(start.subarray(0, METADATA_AREA_OFFSET_BYTES))) return 'data';
    const area = start.subarray(METADATA_AREA_OFFSET_BYTES);
    if (isZero(area)) return 'blank';
    return area.subarray(4, 4 + METADATA_MAGIC.length).equals(METADATA_MAGIC) ? 'stale-lvm-metadata' : 'data';
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, offset + filled);
    if (count === 0) throw new Error(`the device ends at ${offset + filled} bytes, before its size`);
    filled += count;
  }
  return buffer;
}

const ZEROS = Buffer.alloc(MIB_BYTES);
const isZero = (content: Buffer): boolean => content.equals(ZEROS.subarray(0, content.length));

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
