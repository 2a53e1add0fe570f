import { findingsOf, type State, worstState } from '../health/findings.ts';
import { reportPools } from '../health/pool-report.ts';
import { openLauncher } from '../host/launcher.ts';
import { probePools } from '../host/probe.ts';
import { renderStatus } from '../report/status.ts';
import type { Answer } from './base-command.ts';
import { MONITORING_EXIT } from './exit-codes.ts';

/** `dmtool status`, from the host to its answer. */
export async function runStatus(): Promise<Answer> {
  if (process.geteuid?.() !== 0) throw new Error('only root may look at device-mapper and LVM: run it again with sudo');
  await using launcher = openLauncher();
  const pools = reportPools(await probePools(launcher));
  const findings = pools.flatMap(findingsOf);
  const state: State = pools.length === 0 ? 'UNKNOWN' : worstState(findings.map((finding) => finding.state));
  return {
    exitCode: MONITORING_EXIT[state],
    text: renderStatus(state, pools, findings),
    document: { state, pools, findings },
  };
}
