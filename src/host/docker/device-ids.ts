import { join } from 'node:path';
import { isDeviceFile, parseDeviceRecord } from '../../tools/docker-files.ts';
import { readIfThere } from '../files.ts';
import { entriesOf } from './backups.ts';

/**
 * Numbers of the thin devices that Docker made for a data root, layers before the base that they are snapshots of.
 * @throws UnreadableOutput
 */
export function deviceIdsIn(root: string): number[] {
  const folder = join(root, 'devicemapper/metadata');
  return entriesOf(folder)
    .filter(isDeviceFile)
    .flatMap((name) => {
      const text = readIfThere(join(folder, name));
      return text === null ? [] : [parseDeviceRecord(name, text).id];
    })
    .sort((one, other) => other - one);
}
