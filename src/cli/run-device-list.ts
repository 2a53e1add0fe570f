import { listDevices } from '../engines/docker/devices.ts';
import { choosePool } from '../engines/docker/pool-of.ts';
import { type Launcher, openLauncher } from '../host/launcher.ts';
import { probeKernelDevices } from '../host/pool-devices.ts';
import type { PoolDevice } from '../model/pool-device.ts';
import { deviceDocument, renderDevices } from '../report/devices.ts';
import type { Answer } from './base-command.ts';
import { readDockerStore } from './docker-devices.ts';
import { EXIT } from './exit-codes.ts';

/** What to look at, as typed. */
export interface LookFlags {
  pool?: string | undefined;
  root?: string | undefined;
}

/** `dmtool device list`, from the host to its answer. */
export async function runDeviceList(flags: LookFlags): Promise<Answer> {
  await using launcher = openLauncher();
  const { poolName, devices, notes } = await lookAtDevices(flags, launcher);
  return {
    exitCode: EXIT.done,
    text: renderDevices(poolName, devices, notes),
    document: { outcome: 'done', pool: poolName, devices: devices.map(deviceDocument), notes },
  };
}

interface Looked {
  /** null: the kernel does not run it. */
  poolName: string | null;
  devices: PoolDevice[];
  notes: string[];
}

export async function lookAtDevices(flags: LookFlags, launcher: Launcher): Promise<Looked> {
  const { docker, configured } = await readDockerStore(flags.root, launcher);
  const { pools, active } = await probeKernelDevices(launcher);
  const chosen = choosePool(pools, { asked: flags.pool ?? null, configured, loop: docker.loopPoolName });
  const poolName = chosen.kind === 'found' ? chosen.pool.name : null;
  return { poolName, devices: listDevices(docker, active, poolName), notes: [...docker.problems] };
}
