import test from 'ava';
import { holds } from '../../src/plan/condition.ts';
import { loopHost, lvmHost } from './growing-hosts.ts';

const poolName = 'docker-8:1-77-pool';

test('a table is as long as it is', (t) => {
  const within = (lengthSectors: bigint, name = poolName): boolean =>
    holds({ is: 'table-within', poolName: name, lengthSectors }, loopHost());
  t.true(within(4_194_304n));
  t.false(within(4_194_303n));
  t.false(within(4_194_304n, 'another'));
});

test('only a pool that is well holds so many blocks', (t) => {
  const has = (dataBlocks: bigint, status = {}): boolean =>
    holds({ is: 'kernel-pool-holds', poolName, dataBlocks, metadataBlocks: 16_384n }, loopHost({ status }));
  t.true(has(32_768n));
  t.false(has(32_769n));
  for (const status of [{ mode: 'ro' }, { needsCheck: true }, { totalMetadataBlocks: 1n }]) t.false(has(1n, status));
  t.false(holds({ is: 'kernel-pool-holds', poolName: 'another', dataBlocks: 1n, metadataBlocks: 1n }, loopHost()));
});

test('parts, devices and files are as large as they are, and what is not there is not', (t) => {
  const part = (vg: string, extentCount: bigint, which: 'data' | 'metadata' = 'data'): boolean =>
    holds({ is: 'pool-part-holds', vg, pool: 'thinpool', part: which, extentCount: extentCount as never }, lvmHost());
  t.true(part('docker', 950n) && part('docker', 10n, 'metadata'));
  t.false(part('docker', 951n) || part('docker', 11n, 'metadata') || part('another', 1n));
  const host = loopHost();
  t.true(holds({ is: 'device-holds', device: '/dev/loop0', sizeBytes: 2_147_483_648n as never }, host));
  t.false(holds({ is: 'device-holds', device: '/dev/loop0', sizeBytes: 2_147_483_649n as never }, host));
  t.false(holds({ is: 'file-holds', path: '/elsewhere', sizeBytes: 0n as never }, host));
  t.false(holds({ is: 'pool-suspended', poolName }, host));
  t.true(holds({ is: 'pool-suspended', poolName }, loopHost({ pool: { suspended: true } })));
});
