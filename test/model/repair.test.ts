import test from 'ava';
import { isOutOfMetadata, nextDirectory } from '../../src/model/repair.ts';
import { facts } from '../plan/repair-hosts.ts';

test('metadata are full where no more than the kernel’s reserve is free: a tenth, and 16 MiB at most', (t) => {
  t.true(isOutOfMetadata(512n, 512n));
  t.true(isOutOfMetadata(461n, 512n));
  t.false(isOutOfMetadata(460n, 512n));
  t.true(isOutOfMetadata(95_904n, 100_000n));
  t.false(isOutOfMetadata(95_903n, 100_000n));
});

test('each repair has a directory of its own', (t) => {
  const run = (number: number) => ({
    ...{ directory: `/var/lib/dmtool/repair/pool-${number}`, isCopied: true },
    ...{ check: null, mendedPath: null, filesystems: null },
  });
  t.is(nextDirectory(facts(), 'pool'), '/var/lib/dmtool/repair/pool-1');
  t.is(nextDirectory(facts({ runs: [run(1), run(3)] }), 'pool'), '/var/lib/dmtool/repair/pool-2');
});
