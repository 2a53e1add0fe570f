import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../../tools/shape.ts';
import { readIfThere } from '../files.ts';
import { entriesOf } from './backups.ts';

const metadata = z.object({ device_id: z.int().check(z.nonnegative()) });

/** Those tell of the whole set, not of one device (daemon/graphdriver/devmapper/deviceset.go). */
const OF_THE_SET = ['deviceset-metadata', 'transaction-metadata'];

/**
 * Numbers of the thin devices that Docker made for a data root, layers before the base that they are snapshots of.
 * @throws UnreadableOutput
 */
export function deviceIdsIn(root: string): number[] {
  const folder = join(root, 'devicemapper/metadata');
  return entriesOf(folder)
    .filter((name) => !OF_THE_SET.includes(name) && !name.startsWith('.'))
    .flatMap((name) => {
      const text = readIfThere(join(folder, name));
      return text === null ? [] : [parseJson(name, text, metadata).device_id];
    })
    .sort((one, other) => other - one);
}
