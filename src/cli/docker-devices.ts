import { configuredPool } from '../engines/docker/pool-of.ts';
import { probeConfig } from '../host/docker/config.ts';
import { readDockerDevices } from '../host/docker/docker-devices.ts';
import { probeServices } from '../host/docker/services.ts';
import { probeSettings } from '../host/docker/settings.ts';
import type { Launcher } from '../host/launcher.ts';
import type { DockerDevices } from '../model/docker-devices.ts';
import { DOCKER_PLACES } from './docker-places.ts';

/** Where Docker keeps what it knows of its devices, and the pool that it is told to use. */
export interface DockerStore {
  docker: DockerDevices;
  configured: string | null;
}

/**
 * Reads what Docker knows of its devices from disk, without a word to the daemon: it may not start.
 * @param root the data root, where the operator names one
 */
export async function readDockerStore(root: string | undefined, launcher: Launcher): Promise<DockerStore> {
  const settings = probeSettings(await probeServices(launcher));
  const config = probeConfig(DOCKER_PLACES.config(settings));
  const docker = readDockerDevices(root ?? DOCKER_PLACES.dataRoot(settings, config));
  return { docker, configured: configuredPool(config, settings) };
}
