import type { Host } from '../model/host.ts';
import { type FilesystemCheck, runIn } from '../model/repair.ts';
import { planRepair } from '../plan/repair.ts';
import { isWorkLeft, renderFilesystems } from '../report/filesystems.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut, type Ending } from './carry-out.ts';
import { CONTAINERD_SETTINGS } from './containerd-scope.ts';
import { dataRootFor } from './docker-devices.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { EXIT } from './exit-codes.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { UsageError } from './usage-error.ts';

/**
 * `dmtool repair`, from its flags to its answer.
 * @throws UsageError
 */
export async function runRepair(
  { pool, ...flags }: RunFlags & { pool?: string | undefined },
  say: (text: string) => void,
): Promise<Answer> {
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as lvs --all lists it');
  const scope = {
    devices: [],
    profiles: [],
    docker: DOCKER_PLACES,
    containerd: CONTAINERD_SETTINGS,
    thinDevices: true,
    backingDevices: true,
    poolDevices: { root: await dataRootFor({}), directory: null },
    activation: { besides: [] },
    repair: true,
  } as const;
  const plan = (host: Host) => planRepair(host, { pool: pool ?? null });
  const ending = await carryOut({ purpose: 'repair', scope, plan }, runOptions(flags, say));
  return withFilesystems(answerFor(ending), filesystemsOf(ending));
}

/** What was found of the filesystems, where the run came so far. */
function filesystemsOf(ending: Ending): readonly FilesystemCheck[] {
  if (ending.kind !== 'applied' || ending.outcome.kind === 'undone') return [];
  const repair = ending.outcome.host?.repair;
  const directory = ending.plan.owns.repairs?.directory ?? '';
  return (repair && runIn(repair, directory)?.filesystems) ?? [];
}

/** One that is damaged, or of which nobody knows, is work that is left. */
function withFilesystems(answer: Answer, found: readonly FilesystemCheck[]): Answer {
  if (found.length === 0) return answer;
  const isLeft = found.some(isWorkLeft);
  return {
    exitCode: isLeft ? EXIT.partlyDone : answer.exitCode,
    text: `${answer.text}\n${renderFilesystems(found)}`,
    document: { ...answer.document, filesystems: found },
  };
}
