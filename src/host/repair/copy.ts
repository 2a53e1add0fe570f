import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { REPAIR_FILES, REPAIRS_DIRECTORY } from '../../model/repair.ts';
import type { Bytes } from '../../units/quantity.ts';
import { TransferFailed } from '../errors.ts';
import { moveDurably, removeFile, writeAtomically } from '../files.ts';
import { makeKeptDirectory, removeKept } from '../kept-directory.ts';
import type { OnBytes } from '../on-bytes.ts';
import { sha256 } from '../sha256.ts';
import { blockDeviceNumber, deviceSize, sysfsFolder } from '../sysfs.ts';

/** Large pieces: a guest pays for each call. */
const READ_BYTES = 1024 * 1024;

/**
 * Copies a device that nobody writes to into a compressed file that only root may read. It gets its name, and its
 * checksum, when all of it is on the disk; where there is no room for it nothing of it stays.
 * @throws TransferFailed when the device ended too soon, or what the file system says
 */
export async function copyMetadata(
  { device, sizeBytes, directory }: { device: string; sizeBytes: Bytes; directory: string },
  onBytes: OnBytes,
): Promise<void> {
  await makeKeptDirectory(directory);
  const copy = join(directory, REPAIR_FILES.copy);
  const partial = `${copy}.partial`;
  for (const path of [copy, partial]) removeFile(path);
  try {
    const { hash, doneBytes } = await compress(device, partial, (done) => onBytes(done, Number(sizeBytes)));
    const wholeBytes = Number(deviceBytes(device) ?? sizeBytes);
    if (doneBytes !== wholeBytes)
      throw new TransferFailed(`${device} has ${wholeBytes} bytes, and ${doneBytes} of them could be read`, '');
    moveDurably(partial, copy);
    writeAtomically(join(directory, REPAIR_FILES.checksum), `${hash}  ${REPAIR_FILES.copy}\n`, 0o600);
  } catch (error) {
    removeKept(directory, [REPAIR_FILES.copy, `${REPAIR_FILES.copy}.partial`], REPAIRS_DIRECTORY);
    throw error;
  }
}

/** As the kernel says; null: it is no device. */
function deviceBytes(path: string): Bytes | null {
  const number = blockDeviceNumber(path);
  return number == null ? null : deviceSize(sysfsFolder(number));
}

/** @returns the checksum of what was written, and how much was read */
async function compress(
  device: string,
  path: string,
  onBytes: (doneBytes: number) => void,
): Promise<{ hash: string; doneBytes: number }> {
  const hash = sha256();
  await using file = await open(path, 'wx', 0o600);
  let doneBytes = 0;
  const count = new Transform({
    transform(piece: Buffer, _, next) {
      doneBytes += piece.length;
      onBytes(doneBytes);
      next(null, piece);
    },
  });
  await pipeline(createReadStream(device, { highWaterMark: READ_BYTES }), count, createGzip(), async (pieces) => {
    for await (const piece of pieces as AsyncIterable<Buffer>) {
      hash.update(piece);
      await file.writeFile(piece);
    }
  });
  await file.sync();
  return { hash: hash.digest('hex'), doneBytes };
}
