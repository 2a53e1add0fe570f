import { statSync } from 'node:fs';
import type { LoopDevice } from '../../tools/losetup.ts';
import { deviceNumber } from '../sysfs.ts';

/** Loop devices that have this very file, from its beginning. */
export function devicesWith(path: string, loops: readonly LoopDevice[]): string[] {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return [];
  const fileSystem = deviceNumber(Number(stats.dev));
  return loops
    .filter((loop) => loop.fileInode === stats.ino && loop.fileSystem === fileSystem && loop.offsetBytes === 0n)
    .map((loop) => loop.path);
}
