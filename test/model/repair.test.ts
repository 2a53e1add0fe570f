import test from 'ava';
import { isShortOfMetadata, nextDirectory, takenBlocks } from '../../src/model/repair.ts';
import { facts } from '../plan/repair-hosts.ts';

test('what the kernel keeps in reserve is taken: a tenth, and 16 MiB at most', (t) => {
  t.is(takenBlocks(100n, 512n), 151n);
  t.is(takenBlocks(500n, 512n), 512n);
  t.is(takenBlocks(1000n, 100_000n), 5096n);
});

test('where nine tenths are taken there is too little room', (t) => {
  t.true(isShortOfMetadata(512n, 512n));
  t.true(isShortOfMetadata(461n, 512n));
  t.false(isShortOfMetadata(460n, 512n));
});

test('each repair has a directory of its own', (t) => {
  const run = (number: number) => ({
    ...{ directory: `/var/lib/dmtool/repair/pool-${number}`, isCopied: true },
    ...{ check: null, mendedPath: null, mendedOn: [], isMendedSound: false, filesystems: null },
  });
  t.is(nextDirectory(facts(), 'pool'), '/var/lib/dmtool/repair/pool-1');
  t.is(nextDirectory(facts({ runs: [run(1), run(3)] }), 'pool'), '/var/lib/dmtool/repair/pool-2');
});
