import test from 'ava';
import { containerdFindings } from '../../src/health/containerd-findings.ts';
import type { PoolReport } from '../../src/health/pool-report.ts';
import type { ContainerdFacts } from '../../src/model/containerd.ts';
import type { Examination } from '../../src/model/examination.ts';
import { containerdFacts, effectiveFor } from '../plan/containerd-hosts.ts';
import { CONFIG_PATH, dockerFacts } from '../plan/docker-hosts.ts';
import { kernelPool } from '../plan/hosts.ts';
import { poolReport } from './surveys.ts';

// What is wrong between containerd's snapshotter and its pool.

const well = containerdFacts({
  service: { name: 'containerd.service', state: 'running' },
  startsAfter: ['dmtool-pool-docker-thinpool.service'],
  effective: effectiveFor('docker-thinpool'),
  plugin: 'ok',
});
const found = (
  containerd: ContainerdFacts | null,
  kernel = [kernelPool('docker-thinpool')],
  docker: Examination['docker'] = null,
) =>
  containerdFindings({ containerd, docker }, [poolReport()], kernel).map(
    ({ state, code, pool, text }) => `${state} ${code} ${pool}: ${text}`,
  );

test('nothing is found of what is well, nor of one that has no pool', (t) => {
  t.deepEqual(found(well), []);
  t.deepEqual(found(null), []);
  t.deepEqual(found({ ...well, effective: null }), []);
  t.deepEqual(found({ ...well, effective: effectiveFor(''), plugin: 'skip', startsAfter: [] }), []);
  t.deepEqual(found({ ...well, startsAfter: null }), []);
  t.deepEqual(found({ ...well, effective: effectiveFor('other'), startsAfter: [] }, [kernelPool('other')]), []);
});

test('a snapshotter that gave up, a pool that is not there, a boot that does not wait', (t) => {
  t.regex(found({ ...well, plugin: 'error' })[0] ?? '', /^CRITICAL DM133 containerd: .*\(error\)/);
  t.regex(found({ ...well, plugin: null })[0] ?? '', /^CRITICAL DM133 .*not in its list/);
  t.deepEqual(found({ ...well, plugin: null, service: { name: 'containerd.service', state: 'stopped' } }), []);
  t.regex(found({ ...well, plugin: 'error' }, [])[0] ?? '', /^CRITICAL DM128 containerd: .*pool docker-thinpool/);
  t.regex(
    found({ ...well, startsAfter: ['local-fs.target'] })[0] ?? '',
    /^WARNING DM131 docker\/thinpool: containerd\.service/,
  );
});

test('what has a pool on files wait at boot is setup with the size that it has', (t) => {
  const lone = { ...well, effective: effectiveFor('containerd-files'), startsAfter: [] };
  const remedyOf = (more: Partial<PoolReport>): string | undefined => {
    const pool = { ...poolReport(), name: 'containerd-files', device: '/dev/mapper/containerd-files', ...more };
    const kernel = [kernelPool('containerd-files')];
    return containerdFindings({ containerd: lone, docker: null }, [pool], kernel)[0]?.remedy;
  };
  t.regex(remedyOf({}) ?? '', /^dmtool setup --engine containerd --loop \d+\w* --dry-run$/);
  t.is(remedyOf({ data: null }), 'dmtool status');
});

test('a pool that Docker is set to use as well', (t) => {
  const content = '{"storage-driver": "devicemapper", "storage-opts": ["dm.thinpooldev=/dev/mapper/docker-thinpool"]}';
  const config = { ...dockerFacts().config, path: CONFIG_PATH, content };
  t.regex(found(well, undefined, dockerFacts({ config }))[0] ?? '', /^CRITICAL DM130 containerd: Docker is set to use/);
  t.deepEqual(found(well, undefined, dockerFacts()), []);
});
