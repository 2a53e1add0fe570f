import * as z from 'zod/mini';
import { type Bytes, bytes } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { parseJson, wholeNumber } from './shape.ts';

/** A loop device and what it is attached to. */
export interface LoopDevice {
  /** /dev/loop0 */
  path: string;
  /** As it was called when it was attached; ` (deleted)` after it when it has no name any more. */
  file: string;
  fileInode: bigint;
  /** `major:minor` of the filesystem that the file lies on. */
  fileSystem: string;
  offsetBytes: Bytes;
  sizeLimitBytes: Bytes;
}

const COLUMNS = 'NAME,BACK-FILE,BACK-INO,BACK-MAJ:MIN,OFFSET,SIZELIMIT';

/** losetup(8): all loop devices that are attached. */
export const losetupList = (): Argv => ['losetup', '--list', '--json', '--output', COLUMNS];

/** losetup(8): has a loop device look again how large its file is. */
export const losetupGrow = (device: string): Argv => ['losetup', '--set-capacity', device];

/** losetup(8): attaches a file to a loop device that nobody uses; it fails when somebody does by now. */
export const losetupAttach = (device: string, file: string, offsetBytes: Bytes, sizeLimitBytes: Bytes): Argv => [
  'losetup',
  ...(offsetBytes === 0n ? [] : ['--offset', `${offsetBytes}`]),
  ...(sizeLimitBytes === 0n ? [] : ['--sizelimit', `${sizeLimitBytes}`]),
  ...['--', device, file],
];

/** losetup(8): the inverse of losetupAttach. */
export const losetupDetach = (device: string): Argv => ['losetup', '--detach', device];

/** truncate(1): gives a file that exists another length; what it gains is a hole. */
export const truncate = (path: string, sizeBytes: Bytes): Argv => [
  'truncate',
  ...['--no-create', `--size=${sizeBytes}`, '--', path],
];

/** util-linux before 2.33 writes numbers as texts. */
const count = z.pipe(
  z.union([z.int().check(z.nonnegative()), wholeNumber]),
  z.transform((value) => BigInt(value)),
);

const list = z.object({
  loopdevices: z.array(
    z.object({
      name: z.string(),
      'back-file': z.nullable(z.string()),
      'back-ino': count,
      'back-maj:min': z.string(),
      offset: count,
      sizelimit: count,
    }),
  ),
});

/**
 * Reads `losetup --list --json`; without any loop device it prints nothing at all.
 * @throws UnreadableOutput
 */
export function parseLosetup(text: string): LoopDevice[] {
  if (text.trim() === '') return [];
  return parseJson('losetup', text, list).loopdevices.map((device) => ({
    path: device.name,
    file: device['back-file'] ?? '',
    fileInode: device['back-ino'],
    fileSystem: device['back-maj:min'].trim(),
    offsetBytes: bytes(device.offset),
    sizeLimitBytes: bytes(device.sizelimit),
  }));
}
