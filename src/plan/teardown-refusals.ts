import { configuredPool } from '../engines/docker/pool-of.ts';
import type { DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DockerOwnership, OwnershipRecord } from '../model/ownership.ts';
import { surveyReturn } from './docker-return.ts';
import { returnSteps } from './docker-return-steps.ts';
import type { Refusal } from './refusal.ts';

/** What setup did is taken back where it was done, and nothing is removed that came to lie there by another way. */
export function refuseOtherData(
  host: Host,
  docker: DockerFacts,
  record: OwnershipRecord,
  was: DockerOwnership,
): Refusal[] {
  const { path, isMountPoint } = was.dataRoot;
  const { realPath, isMountPoint: isMounted } = docker.dataRoot;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: path, reason, remedy },
  ];
  if (realPath !== path || isMounted !== isMountPoint) {
    const reason = `Docker's data root was this${mount(isMountPoint)}, and is ${realPath}${mount(isMounted)} now`;
    return refuse('data-root-differs', reason, 'bring it back to where it was (mount, data-root), then run this again');
  }
  const back = surveyReturn(docker, record, was);
  const isCutOff = host.ownership.some(({ name }) => name === record.name);
  const moves = returnSteps(host, back).some(({ id }) => id === 'set-aside');
  if (isCutOff || !moves || isOfRecord(docker, back.poolName)) return [];
  const reason = 'what lies in it is not of this pool: Docker was moved on by hand, or by a later setup';
  return refuse('data-root-foreign', reason, 'take the later setup back first, or move it away by hand');
}

const mount = (isMountPoint: boolean): string => (isMountPoint ? ', a mount point' : '');

function isOfRecord({ dataRoot, config }: DockerFacts, poolName: string | null): boolean {
  const { drivers, hasLoopFiles } = dataRoot;
  if (drivers.length === 0) return true;
  // Another driver's data may lie beside the pool's, with volumes that were taken over: a boot in the middle of setup.
  const isPools = drivers.includes('devicemapper') && poolName !== null && !hasLoopFiles;
  if (!isPools) return drivers.join() === 'devicemapper' && hasLoopFiles === (poolName === null);
  return configuredPool(config, []) === poolName;
}
