import type { Host } from '../model/host.ts';
import { planActivate } from '../plan/activate.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { CONTAINERD_SETTINGS } from './containerd-scope.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { UsageError } from './usage-error.ts';

/**
 * `dmtool activate`, from its flags to its answer.
 * @throws UsageError
 */
export async function runActivate(
  { pool, ...flags }: RunFlags & { pool?: string | undefined },
  say: (text: string) => void,
): Promise<Answer> {
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as lvs --all lists it');
  const scope = {
    devices: [],
    profiles: [],
    docker: DOCKER_PLACES,
    containerd: CONTAINERD_SETTINGS,
    thinDevices: false,
    backingDevices: false,
    activation: { besides: [] },
  } as const;
  const plan = (host: Host) => planActivate(host, { pool: pool ?? null });
  return answerFor(await carryOut({ purpose: 'activate', scope, plan }, runOptions(flags, say)));
}
