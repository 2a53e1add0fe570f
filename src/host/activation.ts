import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import { DOCKER_SERVICE } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { ActivationFacts, RawPoolRecord } from '../model/raw-pool.ts';
import { lastLogLines } from './docker/log.ts';
import type { Launcher } from './launcher.ts';
import { probeRawParts } from './raw-pools.ts';

/** So many of its last lines tell why a daemon did not start. */
const LOG_LINES = 40;

/** What it takes to bring pools back, and what engines said that did not find theirs. */
export async function probeActivation(
  rawPools: readonly RawPoolRecord[],
  { docker, containerd }: Pick<Host, 'docker' | 'containerd'>,
  launcher: Launcher,
): Promise<ActivationFacts> {
  const ofDocker = docker && { manager: docker.manager, unit: DOCKER_SERVICE };
  const ofContainerd = containerd?.service && { manager: 'systemd' as const, unit: CONTAINERD_SERVICE };
  return {
    ...(await probeRawParts(rawPools, launcher)),
    dockerLog: ofDocker ? await lastLogLines(ofDocker, LOG_LINES, launcher) : [],
    containerdLog: ofContainerd ? await lastLogLines(ofContainerd, LOG_LINES, launcher) : [],
  };
}
