import { choosePool, configuredPool } from '../engines/docker/pool-of.ts';
import { probeConfig } from '../host/docker/config.ts';
import { readDockerDevices } from '../host/docker/docker-devices.ts';
import { probeServices } from '../host/docker/services.ts';
import { probeSettings } from '../host/docker/settings.ts';
import { type Launcher, openLauncher } from '../host/launcher.ts';
import { type KernelDevices, probeKernelDevices } from '../host/pool-devices.ts';
import type { DockerDevices } from '../model/docker-devices.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { refusePool } from '../plan/device-site.ts';
import type { Refusal } from '../plan/refusal.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { UsageError } from './usage-error.ts';

/** What to look at, as typed. */
export interface LookFlags {
  pool?: string | undefined;
  root?: string | undefined;
}

/** Docker's data root, and the pool that it is told to use. */
interface DockerStore {
  root: string;
  configured: string | null;
}

/**
 * Finds where Docker keeps what it knows of its devices, without a word to the daemon: it may not start.
 * @param root the data root, where the operator names one
 */
async function findDockerStore({ root }: LookFlags, launcher: Launcher): Promise<DockerStore> {
  const settings = probeSettings(await probeServices(launcher));
  const config = probeConfig(DOCKER_PLACES.config(settings));
  return { root: root ?? DOCKER_PLACES.dataRoot(settings, config), configured: configuredPool(config, settings) };
}

/**
 * What was typed names something: an empty path would be the directory that one is in.
 * @throws UsageError
 */
export function checkLook({ pool, root }: LookFlags): void {
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as dmsetup ls shows it');
  if (root === '') throw new UsageError("--root is empty; it takes a directory, Docker's data root");
}

/** The data root; only root may find it out, and anybody else is refused by the plan. @throws UsageError */
export async function dataRootFor(flags: LookFlags): Promise<string> {
  checkLook(flags);
  if (process.geteuid?.() !== 0) return '';
  await using launcher = openLauncher();
  return (await findDockerStore(flags, launcher)).root;
}

/** All that is known of the devices of one pool. */
export interface SeenDevices extends Pick<KernelDevices, 'active'> {
  docker: DockerDevices;
  /** null: the kernel does not run it. */
  pool: KernelThinPool | null;
}

/**
 * Looks at Docker's pool and its devices; a pool that is not active does not keep what Docker wrote from being read.
 * @throws UsageError
 */
export async function lookAtDevices(flags: LookFlags, launcher: Launcher): Promise<SeenDevices | Refusal> {
  checkLook(flags);
  const { root, configured } = await findDockerStore(flags, launcher);
  const docker = readDockerDevices(root);
  const { pools, active } = await probeKernelDevices(launcher, 'daemon');
  const chosen = choosePool(pools, { asked: flags.pool ?? null, configured, loop: docker.loopPoolName });
  if (chosen.kind === 'found') return { docker, active, pool: chosen.pool };
  return chosen.kind === 'ambiguous' || flags.pool !== undefined ? refusePool(chosen) : { docker, active, pool: null };
}
