import type { Finding } from '../health/finding.ts';
import { openLauncher } from '../host/launcher.ts';
import type { Host } from '../model/host.ts';
import { planFix } from '../plan/fix.ts';
import { renderLeft } from '../report/doctor.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { CARE_SCOPE } from './care-scope.ts';
import { carryOut } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';
import { diagnose } from './run-doctor.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { profileTemplate } from './shipped.ts';

/**
 * `dmtool doctor --fix`: does what can do no harm, in the same way as every command that changes something, and tells what
 * is left for the operator.
 */
export async function runFix(flags: RunFlags, root: string, say: (text: string) => void): Promise<Answer> {
  const scope = { ...CARE_SCOPE, activation: { besides: [] } } as const;
  const plan = (host: Host) => planFix(host, { profileTemplate: profileTemplate(root) });
  const request = { purpose: 'doctor --fix', scope, plan };
  const answer = answerFor(await carryOut(request, runOptions(flags, say)));
  if (flags['dry-run'] || answer.exitCode !== EXIT.done) return answer;
  const findings = await findingsLeft();
  return {
    ...answer,
    text: `${answer.text}\n${renderLeft(findings)}`,
    document: { ...answer.document, findings },
  };
}

async function findingsLeft(): Promise<readonly Finding[]> {
  await using launcher = openLauncher();
  return (await diagnose(launcher, undefined)).findings;
}
