import { closeSync, existsSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ActivationFacts, RawPart, RawPartFacts, RawPoolRecord } from '../model/raw-pool.ts';
import { type LoopDevice, losetupList, parseLosetup } from '../tools/losetup.ts';
import { METADATA_MAGIC, METADATA_MAGIC_OFFSET_BYTES, parseRawPools, RAW_POOLS_PATH } from '../tools/raw-pools.ts';
import { UnreadableOutput } from '../tools/unreadable.ts';
import { type Bytes, bytes } from '../units/quantity.ts';
import { JournalUnreadable } from './errors.ts';
import { readIfThere } from './files.ts';
import type { Launcher } from './launcher.ts';
import { findProgram } from './programs.ts';
import { read } from './run.ts';
import { deviceNumber, deviceSize, sysfsFolder } from './sysfs.ts';

/**
 * Reads how pools without LVM are made.
 * @throws JournalUnreadable
 */
export function readRawPools(): RawPoolRecord[] {
  try {
    return parseRawPools(readIfThere(RAW_POOLS_PATH));
  } catch (error) {
    const detail = error instanceof UnreadableOutput ? error.detail : (error as Error).message;
    throw new JournalUnreadable(RAW_POOLS_PATH, detail);
  }
}

/**
 * Looks for what recorded pools stand on, and for loop devices that are free.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput
 */
export async function probeRawParts(
  records: readonly RawPoolRecord[],
  launcher: Launcher,
): Promise<Pick<ActivationFacts, 'parts' | 'freeLoops'>> {
  const usesLoops = records.some(({ data, metadata }) => data.loop !== null || metadata.loop !== null);
  const canList = usesLoops && findProgram('losetup') !== undefined;
  const loops = canList ? parseLosetup(await read(losetupList(), launcher)) : [];
  return {
    parts: records.map(({ name, data, metadata }) => ({
      name,
      data: partFacts(data, loops, false),
      metadata: partFacts(metadata, loops, true),
    })),
    freeLoops: freeLoops(loops, records.length * 2),
  };
}

function freeLoops(loops: readonly LoopDevice[], count: number): string[] {
  const used = new Set(loops.map(({ path }) => path));
  const names = Array.from({ length: loops.length + count }, (_, index) => `/dev/loop${index}`);
  return names.filter((name) => !used.has(name)).slice(0, count);
}

function partFacts({ path, loop }: RawPart, loops: readonly LoopDevice[], isMetadata: boolean): RawPartFacts {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  const freeBytes = loop ? freeAt(dirname(path)) : bytes(0n);
  if (stats === undefined || (loop ? !stats.isFile() : !stats.isBlockDevice()))
    return { sizeBytes: null, device: null, beginsAsMetadata: false, freeBytes };
  const beginsAsMetadata = isMetadata && hasMagic(path, Number(loop?.offsetBytes ?? 0n));
  if (loop === null) {
    const sizeBytes = deviceSize(sysfsFolder(deviceNumber(Number(stats.rdev))));
    return { sizeBytes, device: path, beginsAsMetadata, freeBytes };
  }
  const attached = loops.find(
    ({ fileInode, fileSystem, offsetBytes }) =>
      fileInode === stats.ino && fileSystem === deviceNumber(Number(stats.dev)) && offsetBytes === loop.offsetBytes,
  );
  const sizeBytes = bytes(stats.size - loop.offsetBytes);
  return { sizeBytes, device: attached?.path ?? null, beginsAsMetadata, freeBytes };
}

/** Of the filesystem of a directory, or of where it would be made. */
function freeAt(directory: string): Bytes {
  if (!existsSync(directory)) return freeAt(dirname(directory));
  const { bavail, bsize } = statfsSync(directory, { bigint: true });
  return bytes(bavail * bsize);
}

function hasMagic(path: string, offset: number): boolean {
  const magic = Buffer.alloc(8);
  const fd = openSync(path, 'r');
  try {
    const count = readSync(fd, magic, 0, magic.length, offset + METADATA_MAGIC_OFFSET_BYTES);
    return count === magic.length && magic.readBigUInt64LE() === METADATA_MAGIC;
  } finally {
    closeSync(fd);
  }
}
