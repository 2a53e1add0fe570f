import test from 'ava';
import { engineOf } from '../../src/health/engine-of.ts';
import { reportPools } from '../../src/health/pool-report.ts';
import { shortageOf } from '../../src/health/shortage.ts';
import { waterMarkOf } from '../../src/health/water-mark.ts';
import type { KernelThinPool, ThinPoolStatus } from '../../src/model/thin-pool.ts';
import { kernelPool } from '../plan/hosts.ts';
import { survey } from './surveys.ts';

// What is concluded from the kernel's words: whose a pool is, what becomes of writes, whether somebody is woken in time.

const working = kernelPool('pool').status as ThinPoolStatus;
const withStatus = (facts: Partial<ThinPoolStatus>, features: readonly string[] = []): KernelThinPool => {
  const { table } = kernelPool('pool');
  return kernelPool('pool', { status: { ...working, ...facts }, table: table && { ...table, features } });
};
const full = { mode: 'out_of_data_space', whenFull: 'queue_if_no_space' } as const;

test("a pool's engine is told by its settings, or by the names of what sits on it", (t) => {
  const docker = { poolName: 'docker-thinpool', minimumFreePercent: 10 };
  const riding = (...names: string[]) => survey({ riders: new Map([['p', names]]) });
  t.is(engineOf(survey({ docker }), 'docker-thinpool'), 'Docker');
  t.is(engineOf(survey(), 'docker-8:1-123-pool'), 'Docker');
  t.is(engineOf(riding('docker-8:1-123-base'), 'p'), 'Docker');
  t.is(engineOf(riding('p-snap-12'), 'p'), 'containerd');
  t.is(engineOf(riding('vol'), 'p'), null);
  t.is(engineOf(survey(), 'p'), null);
  const ofLvm = (...names: string[]) => survey({ riders: new Map([['vg-p-tpool', names]]) });
  t.is(engineOf(ofLvm('vg-p', 'vg-vm--1'), 'vg-p'), 'LVM');
  t.is(engineOf(ofLvm('vg-p'), 'vg-p'), null);
});

test('writes that wait are told with the seconds that they have left, as far as these are known', (t) => {
  const seen = survey({
    numbers: new Map([['pool', '254:2']]),
    uptimeSeconds: 150,
    kernelLog: [
      { number: '254:2', atSeconds: 20, text: 'switching pool to out-of-data-space (queue IO) mode' },
      { number: '254:2', atSeconds: 120, text: 'switching pool to out-of-data-space (queue IO) mode' },
      { number: '254:9', atSeconds: 149, text: 'switching pool to out-of-data-space (queue IO) mode' },
      { number: '254:2', atSeconds: 130, text: 'switching pool to read-only mode' },
    ],
  });
  t.deepEqual(shortageOf(seen, withStatus(full)), { kind: 'waits', secondsLeft: 30 });
  t.deepEqual(shortageOf({ ...seen, uptimeSeconds: 500 }, withStatus(full)), { kind: 'waits', secondsLeft: 0 });
  t.deepEqual(shortageOf({ ...seen, noSpaceTimeoutSeconds: null }, withStatus(full)), {
    kind: 'waits',
    secondsLeft: null,
  });
  t.deepEqual(shortageOf(survey(), withStatus(full)), { kind: 'waits', secondsLeft: null });
});

test('writes that fail have waited before, unless the pool was made to fail them', (t) => {
  const failing = { ...full, whenFull: 'error_if_no_space' } as const;
  t.deepEqual(shortageOf(survey(), withStatus(failing)), { kind: 'fails', waitedBefore: true });
  t.deepEqual(shortageOf(survey(), withStatus(failing, ['error_if_no_space'])), { kind: 'fails', waitedBefore: false });
  t.deepEqual(shortageOf(survey(), { ...withStatus(failing), table: null }), { kind: 'fails', waitedBefore: false });
  t.is(shortageOf(survey(), kernelPool('pool')), null);
  t.is(shortageOf(survey(), kernelPool('pool', { status: { state: 'fail', text: '' } })), null);
});

test('the low water mark is compared with what the rule makes of it', (t) => {
  const can = (thresholdPercent: number) =>
    ({ kind: 'can', rule: { thresholdPercent, stepPercent: 1 }, times: 1, totalBytes: 1n as never }) as const;
  // 1000 blocks, of which 200 are the mark.
  t.deepEqual(waterMarkOf(can(80), kernelPool('p')), { blocks: 200n, wantedBlocks: 200n, fits: true });
  t.deepEqual(waterMarkOf(can(30), kernelPool('p')), { blocks: 200n, wantedBlocks: 500n, fits: false });
  const noRoom = { ...can(80), kind: 'no-room', stepBytes: 1n as never } as const;
  t.deepEqual(waterMarkOf(noRoom, kernelPool('p')), { blocks: 200n, wantedBlocks: 200n, fits: true });
  t.is(waterMarkOf({ kind: 'off' }, kernelPool('p')), null);
  t.is(waterMarkOf(can(80), null), null);
  t.is(waterMarkOf(can(80), kernelPool('p', { table: null })), null);
});

test("a pool that is not well is told with the kernel's last word on it, and its discards as its table has them", (t) => {
  const numbers = new Map([['pool', '254:2']]);
  const kernelLog = [
    { number: '254:2', atSeconds: 1, text: "metadata operation 'dm_pool_commit_metadata' failed: error = -5" },
    { number: '254:2', atSeconds: 1, text: 'switching pool to read-only mode' },
    { number: '254:3', atSeconds: 1, text: 'another' },
  ];
  const [ill] = reportPools(survey({ numbers, kernelLog, thinPools: [withStatus({ mode: 'ro' })] }));
  t.is(ill?.cause, "metadata operation 'dm_pool_commit_metadata' failed: error = -5");
  t.is(reportPools(survey({ numbers, thinPools: [withStatus({ mode: 'ro' })] }))[0]?.cause, null);
  t.is(reportPools(survey({ numbers, kernelLog, thinPools: [withStatus({})] }))[0]?.cause, null);
  const discards = (...features: string[]) =>
    reportPools(survey({ thinPools: [withStatus({}, features)] }))[0]?.discards;
  t.is(discards(), 'passed down');
  t.is(discards('ignore_discard'), 'ignored');
  t.is(discards('no_discard_passdown'), 'kept');
});

test("Docker's own line is told of Docker's pool alone", (t) => {
  const docker = { poolName: 'pool', minimumFreePercent: 7 };
  const minimum = (name: string) =>
    reportPools(survey({ docker, thinPools: [kernelPool(name)] }))[0]?.minimumFreePercent;
  t.is(minimum('pool'), 7);
  t.is(minimum('other'), null);
  t.is(reportPools(survey({ thinPools: [kernelPool('docker-8:1-1-pool')] }))[0]?.minimumFreePercent, null);
});
