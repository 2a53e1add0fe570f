import type { Host } from '../model/host.ts';
import { planAdopt } from '../plan/adopt.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { CARE_SCOPE } from './care-scope.ts';
import { carryOut } from './carry-out.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { profileTemplate } from './shipped.ts';
import { UsageError } from './usage-error.ts';

/**
 * `dmtool adopt`, from its flags to its answer.
 * @throws UsageError
 */
export async function runAdopt(
  { pool, ...flags }: RunFlags & { pool?: string | undefined },
  root: string,
  say: (text: string) => void,
): Promise<Answer> {
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as lvs --all lists it');
  const intent = { pool: pool ?? null, profileTemplate: profileTemplate(root) };
  const plan = (host: Host) => planAdopt(host, intent);
  return answerFor(await carryOut({ purpose: 'adopt', scope: CARE_SCOPE, plan }, runOptions(flags, say)));
}
