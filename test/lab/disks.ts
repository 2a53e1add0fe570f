import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { searchPath } from './paths.ts';

const unitBytes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Reads a size such as `512M`; the lab has a parser of its own, so as not to be tested with what it tests. */
export function parseSizeBytes(text: string): number {
  const unit = unitBytes[text.slice(-1)];
  const count = Number(text.slice(0, -1));
  if (unit === undefined || !Number.isInteger(count) || count <= 0) throw new TypeError(`not a size: ${text}`);
  return count * unit;
}

/** Makes a disk that takes no room on the host until it is written to. */
export async function createSparseFile(path: string, size: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.truncate(parseSizeBytes(size));
}

/** Makes a disk with a filesystem, such as the one that keeps what a guest writes to its root across reboots. */
export async function createExt4Disk(path: string): Promise<void> {
  await createSparseFile(path, '8G');
  const options = ['-q', '-F', '-E', 'nodiscard,lazy_itable_init=1,lazy_journal_init=1', path];
  await promisify(execFile)('mkfs.ext4', options, { env: { PATH: searchPath } });
}
