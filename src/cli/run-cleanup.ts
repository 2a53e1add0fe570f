import { planCleanup } from '../plan/cleanup.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';

/** `dmtool cleanup`, from its flags to its answer. */
export async function runCleanup(flags: RunFlags, say: (text: string) => void): Promise<Answer> {
  const ending = await carryOut(
    {
      purpose: 'cleanup',
      scope: { devices: [], profiles: [], docker: DOCKER_PLACES, thinDevices: false, backingDevices: false },
      plan: planCleanup,
    },
    runOptions(flags, say),
  );
  return answerFor(ending);
}
