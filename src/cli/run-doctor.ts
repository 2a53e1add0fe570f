import { CODES } from '../health/codes.ts';
import { examine } from '../health/examine.ts';
import { findingsOf, findingsOfLvm } from '../health/findings.ts';
import { probeExamination } from '../host/examination.ts';
import { type Launcher, openLauncher } from '../host/launcher.ts';
import { isLvmSilent } from '../model/pool-survey.ts';
import { type Diagnosis, renderDoctor } from '../report/doctor.ts';
import type { Answer } from './base-command.ts';
import { CONTAINERD_SETTINGS } from './containerd-scope.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { MONITORING_EXIT } from './exit-codes.ts';
import { type Look, lookAtPools, stateOf } from './look.ts';

/** Nobody waits for a doctor by the second, as a check plugin's caller does. */
const DEADLINE_MS = 30_000;

/** `dmtool doctor`, from the host to its answer. */
export async function runDoctor(pool: string | undefined): Promise<Answer> {
  await using launcher = openLauncher();
  const { pools, absent, findings, notes, checks } = await diagnose(launcher, pool);
  const state = stateOf(pools, findings);
  return {
    exitCode: MONITORING_EXIT[state],
    text: renderDoctor({ state, pools, absent, findings, notes, checks }),
    document: { state, pools, findings, notes: absent === null ? notes : [absent, ...notes] },
  };
}

const LEFT_OUT = 'Docker, containerd, mounts and the next boot were not looked at: LVM does not answer';

/** Every check there is. */
export async function diagnose(
  launcher: Launcher,
  asked: string | undefined,
): Promise<Look & Pick<Diagnosis, 'findings' | 'checks'>> {
  const look = await lookAtPools(launcher, DEADLINE_MS, asked);
  const { survey, pools } = look;
  const findings = [...pools.flatMap((pool) => findingsOf(pool, survey, {})), ...findingsOfLvm(survey)];
  // Whatever else asks an LVM that hangs or fails would do so as well.
  if (isLvmSilent(survey.lvmDoubt)) return { ...look, findings, notes: [...look.notes, LEFT_OUT], checks: null };
  const examination = await probeExamination(DOCKER_PLACES, CONTAINERD_SETTINGS, launcher);
  return {
    ...look,
    findings: [...findings, ...examine(examination, pools, survey)],
    checks: Object.keys(CODES).length,
  };
}
