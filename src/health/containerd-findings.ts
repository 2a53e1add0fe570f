import { configuredPool } from '../engines/docker/pool-of.ts';
import { CONTAINERD_SERVICE, type ContainerdFacts } from '../model/containerd.ts';
import type { Examination } from '../model/examination.ts';
import { FILES_POOL } from '../model/raw-pool.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { formatSizeForLvm } from '../units/size.ts';
import { runs, waitsForPool } from './engine-pool.ts';
import type { Finding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';

const SUBJECT = 'containerd';

/** What is wrong between containerd's devmapper snapshotter and its pool. */
export function containerdFindings(
  { containerd, docker }: Pick<Examination, 'containerd' | 'docker'>,
  pools: readonly PoolReport[],
  kernelPools: readonly KernelThinPool[],
): Finding[] {
  const wanted = containerd?.effective?.snapshotter['pool_name'];
  if (containerd === null || typeof wanted !== 'string' || wanted === '') return [];
  const dockersPool = docker && configuredPool(docker.config, docker.settings);
  return [
    ...(runs(kernelPools, wanted) ? notReady(containerd, wanted) : [absent(wanted)]),
    ...(dockersPool === wanted ? [shared(wanted)] : []),
    ...unordered(containerd, pools, wanted),
  ];
}

const absent = (pool: string): Finding => ({
  code: 'DM128',
  state: 'CRITICAL',
  pool: SUBJECT,
  text: `it is set to use pool ${pool}, which the kernel does not run`,
  remedy: 'dmtool activate',
  facts: { configured: pool },
});

/** It gives up on a pool that is not there when it starts, and runs on without a word. */
function notReady({ service, plugin }: ContainerdFacts, pool: string): Finding[] {
  if (service?.state !== 'running' || plugin === 'ok') return [];
  const text = `it runs without its devmapper snapshotter (${plugin ?? 'not in its list of plugins'}): no container on pool ${pool} can start`;
  const remedy = `systemctl restart ${CONTAINERD_SERVICE}`;
  return [{ code: 'DM133', state: 'CRITICAL', pool: SUBJECT, text, remedy, facts: { plugin, configured: pool } }];
}

const shared = (pool: string): Finding => ({
  code: 'DM130',
  state: 'CRITICAL',
  pool: SUBJECT,
  text: `Docker is set to use pool ${pool} as well: each overwrites what the other has`,
  remedy: 'dmtool status',
  facts: { configured: pool },
});

/** Setup, as it takes the pool. */
function setupOf({ name, data }: PoolReport): string {
  const setup = 'dmtool setup --engine containerd';
  if (name !== FILES_POOL) return `${setup} --vg ${name.replace('/', ' --pool ')} --dry-run`;
  return data === null ? 'dmtool status' : `${setup} --loop ${formatSizeForLvm(data.totalBytes)} --dry-run`;
}

function unordered({ startsAfter }: ContainerdFacts, pools: readonly PoolReport[], wanted: string): Finding[] {
  const pool = pools.find(({ device }) => device === `/dev/mapper/${wanted}`);
  if (pool === undefined || startsAfter === null || waitsForPool(startsAfter)) return [];
  const text = `${CONTAINERD_SERVICE} does not wait for the pool at boot: when its disk is late, containerd runs without its snapshotter`;
  const remedy = setupOf(pool);
  return [{ code: 'DM131', state: 'WARNING', pool: pool.name, text, remedy, facts: { units: startsAfter.join(' ') } }];
}
