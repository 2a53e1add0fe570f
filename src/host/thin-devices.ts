import type { ThinDevice } from '../model/thin-pool.ts';
import { parseFailedThins, parseThinTables, thinTableCommand } from '../tools/dmsetup.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import { blockDeviceNumber, hasDmDevices, mappedName, slaveNumbers, sysfsFolder } from './sysfs.ts';

/** All thin devices of the kernel: a container engine's stay on its pool when it stops, and hold it. */
export async function probeThinDevices(launcher: Launcher): Promise<ThinDevice[]> {
  if (!hasDmDevices()) return [];
  const text = await read(thinTableCommand(), launcher);
  const failed = parseFailedThins(text).flatMap((name) =>
    poolNumbers(name).map((poolNumber) => ({ name, poolNumber })),
  );
  return [...parseThinTables(text), ...failed].flatMap(({ name, poolNumber }) => {
    // Gone in between: then the device is gone as well, because it had its pool open.
    const poolName = mappedName(poolNumber);
    return poolName === null ? [] : [{ name, poolName }];
  });
}

/** What a device stands on, where its table does not tell: its pool, and an external origin, which is none. */
function poolNumbers(name: string): string[] {
  const number = blockDeviceNumber(`/dev/mapper/${name}`);
  return number == null ? [] : slaveNumbers(sysfsFolder(number));
}
