import { parseDaemonJson } from '../engines/docker/daemon-json.ts';
import { findFlags } from '../engines/docker/flags.ts';
import { configuredPool } from '../engines/docker/pool-of.ts';
import { type DockerFacts, isDockerUp } from '../model/docker.ts';
import type { Examination } from '../model/examination.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { runs, waitsForPool } from './engine-pool.ts';
import type { Finding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';

const SUBJECT = 'Docker';

/** What is wrong between Docker and its pool. */
export function dockerFindings(
  { docker }: Pick<Examination, 'docker'>,
  pools: readonly PoolReport[],
  kernelPools: readonly KernelThinPool[],
): Finding[] {
  if (docker === null) return [];
  const configured = configuredPool(docker.config, docker.settings);
  return [
    ...otherPool(docker, configured, kernelPools),
    ...contradictions(docker),
    ...unordered(configured, pools, docker.startsAfter),
  ];
}

function otherPool(docker: DockerFacts, configured: string | null, pools: readonly KernelThinPool[]): Finding[] {
  if (configured === null) return [];
  const actual = docker.info?.driverStatus['Pool Name'];
  const found = (state: 'WARNING' | 'CRITICAL', text: string, remedy: string): Finding[] => [
    { code: 'DM128', state, pool: SUBJECT, text, remedy, facts: { configured, actual: actual ?? null } },
  ];
  if (actual !== undefined && actual !== configured) {
    const text = `it runs on pool ${actual}, and is set to use ${configured} from its next start on`;
    return found('WARNING', text, `cat ${docker.config.path}`);
  }
  if (runs(pools, configured)) return [];
  const text = `it is set to use pool ${configured}, which the kernel does not run`;
  return found('CRITICAL', text, 'dmtool activate');
}

/** Docker's own check (getConflictFreeConfiguration, daemon/config/config.go). */
function contradictions(docker: DockerFacts): Finding[] {
  const { config, settings } = docker;
  const parsed = config.content === null ? { settings: {} } : parseDaemonJson(config.content);
  if (!('settings' in parsed)) {
    const text = `${config.path}, line ${parsed.line}: ${parsed.problem}: Docker does not start on it`;
    return [
      {
        code: 'DM129',
        state: stateOf(docker),
        pool: SUBJECT,
        text,
        remedy: `cat ${config.path}`,
        facts: { ...parsed },
      },
    ];
  }
  return findFlags(settings)
    .filter(({ setting }) => Object.hasOwn(parsed.settings, setting))
    .map(({ setting, value, path }) => ({
      code: 'DM129',
      state: stateOf(docker),
      pool: SUBJECT,
      text: `${setting} stands in ${config.path} and, as ${value}, in ${path}: Docker does not start with both`,
      remedy: `grep -n -- ${setting} ${path}`,
      facts: { setting, value, path },
    }));
}

/** A daemon that runs has been started before somebody wrote that. */
const stateOf = (docker: DockerFacts): 'WARNING' | 'CRITICAL' => (isDockerUp(docker) ? 'WARNING' : 'CRITICAL');

function unordered(
  configured: string | null,
  pools: readonly PoolReport[],
  units: readonly string[] | null,
): Finding[] {
  const pool = pools.find(({ device }) => device === `/dev/mapper/${configured}`);
  if (pool === undefined || units === null || waitsForPool(units)) return [];
  const text = 'docker.service does not wait for the pool at boot: when its disk is late, Docker fails';
  const remedy = `dmtool setup --vg ${pool.name.replace('/', ' --pool ')} --dry-run`;
  return [{ code: 'DM131', state: 'WARNING', pool: pool.name, text, remedy, facts: { units: units.join(' ') } }];
}
