import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ActiveThin, DirectoryFacts, PoolDeviceFacts, ThinMount } from '../model/pool-device.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { parseThinPools } from '../tools/dmsetup.ts';
import {
  allStatuses,
  allTables,
  linesOfTarget,
  OWN_UUID,
  parseThinDevices,
  type ThinLine,
} from '../tools/dmsetup-thin.ts';
import { parseMountinfo } from '../tools/mountinfo.ts';
import { otherViews } from './docker/backup-uses.ts';
import { daemonPid, processFile } from './docker/daemon.ts';
import { readDockerDevices } from './docker/docker-devices.ts';
import { followLinks } from './docker/links.ts';
import type { Launcher } from './launcher.ts';
import { read } from './run.ts';
import { blockDeviceNumber, hasDmDevices, isReadOnly, mappedName, optionalAttribute, sysfsFolder } from './sysfs.ts';

/** Names of what dmtool activates begin so: only these are looked at one by one. */
const OWN_NAME = 'dmtool-';

/**
 * In whose view mounts are looked for: that of the host and of Docker's daemon, or of every process. Each device brings kernel
 * threads of its own, and looking at all of them takes a while.
 */
type MountViews = 'daemon' | 'all';

/** All pools and thin devices that the kernel runs. */
export interface KernelDevices {
  pools: readonly KernelThinPool[];
  active: readonly ActiveThin[];
}

/**
 * Asks the kernel for all of them in two calls, however many there are.
 * @throws CommandFailed, DeadlinePassed, UnreadableOutput, ProgramMissing
 */
export async function probeKernelDevices(launcher: Launcher, views: MountViews): Promise<KernelDevices> {
  if (!hasDmDevices()) return { pools: [], active: [] };
  const tables = await read(allTables(), launcher);
  const statuses = await read(allStatuses(), launcher);
  const thins = parseThinDevices(tables, statuses);
  const poolNames = new Map(
    [...new Set(thins.map(({ poolNumber }) => poolNumber))].map((each) => [each, mappedName(each)]),
  );
  const mounts = mountsByName(views);
  return {
    pools: parseThinPools(linesOfTarget(tables, 'thin-pool'), linesOfTarget(statuses, 'thin-pool')),
    active: thins.flatMap((thin) => {
      // Gone in between: then the device is gone as well, because it had its pool open.
      const poolName = poolNames.get(thin.poolNumber) ?? null;
      if (poolName === null) return [];
      const marks = views === 'all' ? marksOf(thin.name) : {};
      return [{ ...activeThin(thin, poolName, mounts.get(thin.name) ?? []), ...marks }];
    }),
  };
}

const activeThin = (
  { poolNumber: _, ...thin }: ThinLine,
  poolName: string,
  mounts: readonly ThinMount[],
): ActiveThin => ({
  ...thin,
  poolName,
  mounts,
  own: thin.name.startsWith(OWN_NAME) ? ownFacts(thin.name) : null,
});

/** What it is to have again where somebody makes it by hand. */
function marksOf(name: string): Pick<ActiveThin, 'uuid' | 'readOnly'> {
  const number = blockDeviceNumber(`/dev/mapper/${name}`);
  if (number == null) return {};
  const folder = sysfsFolder(number);
  const uuid = optionalAttribute(folder, 'dm/uuid');
  return { ...(uuid ? { uuid } : {}), ...(isReadOnly(folder) ? { readOnly: true } : {}) };
}

function ownFacts(name: string): ActiveThin['own'] {
  const number = blockDeviceNumber(`/dev/mapper/${name}`);
  if (number == null) return null;
  const folder = sysfsFolder(number);
  return optionalAttribute(folder, 'dm/uuid')?.startsWith(OWN_UUID) ? { readOnly: isReadOnly(folder) } : null;
}

/** Where mapped devices are mounted, by their names, in the host's view and in those of others. */
export function mountsByName(views: MountViews): Map<string, ThinMount[]> {
  const byNumber = new Map<string, ThinMount[]>();
  const own = { pid: null, mounts: parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')) };
  const others = views === 'all' ? otherViews() : daemonView();
  for (const { pid, mounts } of [own, ...others.map((view) => ({ ...view, pid: Number(view.pid) }))]) {
    for (const { deviceNumber, mountPoint, filesystem } of mounts) {
      const known = byNumber.get(deviceNumber) ?? [];
      if (!known.some((each) => each.mountPoint === mountPoint))
        byNumber.set(deviceNumber, [...known, { mountPoint, filesystem, pid }]);
    }
  }
  const named = [...byNumber].map(([number, mounts]) => [mappedName(number), mounts] as const);
  return new Map(named.flatMap(([name, mounts]) => (name === null ? [] : [[name, mounts]])));
}

/** Docker's data root, and where a device is to be mounted; null: nowhere. */
export interface PoolDeviceScope {
  root: string;
  directory: string | null;
}

/**
 * Looks at the devices of Docker's pool, on disk and in the kernel.
 * @throws as probeKernelDevices does
 */
export async function probePoolDevices(
  { root, directory }: PoolDeviceScope,
  launcher: Launcher,
): Promise<PoolDeviceFacts> {
  const { active } = await probeKernelDevices(launcher, 'all');
  const docker = readDockerDevices(root);
  return { docker, active, directory: directory === null ? null : probeDirectory(directory) };
}

/** Old units give the daemon a view of its own (MountFlags=). */
function daemonView(): ReturnType<typeof otherViews> {
  const pid = daemonPid();
  const text = pid === null ? null : processFile(pid, 'mountinfo');
  return text === null ? [] : [{ pid: String(pid), mounts: parseMountinfo(text) }];
}

/** Looks at a directory that something is to be mounted on. */
function probeDirectory(typed: string): DirectoryFacts {
  const path = followLinks(typed);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path, kind: 'absent' };
  if (!stats.isDirectory()) return { path, kind: 'not-a-directory' };
  return { path, kind: readdirSync(path).length === 0 ? 'empty' : 'not-empty' };
}
