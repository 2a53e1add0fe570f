import type { ThinDevice } from '../model/thin-pool.ts';
import { parseThinTables, thinTableCommand } from '../tools/dmsetup.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import { hasDmDevices, mappedName } from './sysfs.ts';

/** All thin devices of the kernel: a container engine's stay on its pool when it stops, and hold it. */
export async function probeThinDevices(launcher: Launcher): Promise<ThinDevice[]> {
  if (!hasDmDevices()) return [];
  return parseThinTables(await read(thinTableCommand(), launcher)).flatMap(({ name, poolNumber }) => {
    // Gone in between: then the device is gone as well, because it had its pool open.
    const poolName = mappedName(poolNumber);
    return poolName === null ? [] : [{ name, poolName }];
  });
}
