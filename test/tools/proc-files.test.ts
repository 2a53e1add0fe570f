import test from 'ava';
import { isOpenForWriting, parseSwaps } from '../../src/tools/proc-files.ts';

test('what is swapped to is told by its path, as it is', (t) => {
  t.deepEqual(parseSwaps('Filename\tType\n/dev/sda5 partition\t9\t0\t-2\n/swap\\040file file\t1\t0\t-3\n'), [
    '/dev/sda5',
    '/swap file',
  ]);
  t.deepEqual(parseSwaps('/odd\\000 file\n'), []);
  t.deepEqual(parseSwaps(''), []);
});

test('who may write has a file open for writing', (t) => {
  for (const flags of ['0100001', '02', '0102002']) t.true(isOpenForWriting(`pos:\t0\nflags:\t${flags}\nino:\t1\n`));
  for (const flags of ['0100000', '0', '8', '']) t.false(isOpenForWriting(`pos:\t0\nflags:\t${flags}\nino:\t1\n`));
  t.false(isOpenForWriting(''));
});
