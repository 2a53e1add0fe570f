import test from 'ava';
import { optionsFor } from '../../../src/engines/docker/options.ts';
import { expectedStatus } from '../../../src/engines/docker/status.ts';
import type { PoolTarget } from '../../../src/model/intent.ts';
import { bytes, GIB, KIB, MIB } from '../../../src/units/quantity.ts';

const direct: PoolTarget = {
  kind: 'direct-lvm',
  device: '/dev/mapper/docker-thinpool',
  poolName: 'docker-thinpool',
  dataSizeBytes: bytes(95n * GIB),
  metadataSizeBytes: bytes(1020n * MIB),
  chunkSizeBytes: bytes(512n * KIB),
};
const loop: PoolTarget = { kind: 'loop-lvm', dataSizeBytes: bytes(100n * GIB), metadataSizeBytes: bytes(2n * GIB) };
const expected = (target: PoolTarget, ...asked: [string, string][]) =>
  expectedStatus(
    target,
    optionsFor(
      target,
      asked.map(([name, value]) => ({ name, value })),
    ),
    '/var/lib/docker',
  );

test("the document's pool: 95 GiB of 100, chunk size 512 KiB", (t) => {
  t.deepEqual(expected(direct), {
    'Pool Name': 'docker-thinpool',
    'Data file': '',
    'Metadata file': '',
    'Pool Blocksize': '524.3kB',
    'Data Space Total': '102GB',
    'Metadata Space Total': '1.07GB',
    'Deferred Removal Enabled': 'true',
    'Deferred Deletion Enabled': 'true',
  });
});

test("the document's loop files: 100 GiB and 2 GiB, Docker's own chunk size", (t) => {
  t.deepEqual(expected(loop), {
    'Data loop file': '/var/lib/docker/devicemapper/devicemapper/data',
    'Metadata loop file': '/var/lib/docker/devicemapper/devicemapper/metadata',
    'Pool Blocksize': '65.54kB',
    'Data Space Total': '107.4GB',
    'Metadata Space Total': '2.147GB',
  });
  t.is(expected(loop, ['dm.blocksize', '128K'])['Pool Blocksize'], '131.1kB');
});

test('what was asked is expected', (t) => {
  const asked = expected(
    direct,
    ['dm.use_deferred_removal', '0'],
    ['dm.use_deferred_deletion', 'false'],
    ['dm.basesize', '20G'],
    ['dm.fs', 'ext4'],
    ['dm.min_free_space', '10%'],
  );
  t.is(asked['Deferred Removal Enabled'], 'false');
  t.is(asked['Deferred Deletion Enabled'], 'false');
  t.is(asked['Base Device Size'], '21.47GB');
  t.is(asked['Backing Filesystem'], 'ext4');
  t.is(asked['Thin Pool Minimum Free Space'], '10.2GB');
});

test('a remainder of a chunk is counted the way Docker does', (t) => {
  // 3 blocks of 128 sectors and 127 sectors more: 511 / 3 = 170 sectors a block.
  const small = { ...direct, dataSizeBytes: bytes(511n * 512n), chunkSizeBytes: bytes(64n * KIB) };
  t.is(expected(small)['Pool Blocksize'], '87.04kB');
  t.is(expected(small)['Data Space Total'], '261.1kB');
});

test('metadata is told in whole blocks, and no more of it than the kernel uses', (t) => {
  const metadata = (size: bigint) => expected({ ...direct, metadataSizeBytes: bytes(size) })['Metadata Space Total'];
  t.is(metadata(2n * MIB + 4095n), '2.097MB');
  t.is(metadata(4096n), '4.096kB');
  t.is(metadata(16n * GIB), '17.05GB');
  t.is(metadata(33292800n * 512n), '17.05GB');
});
