import test from 'ava';
import type { ThinPoolTable } from '../../src/model/thin-pool.ts';
import { parseThinPoolTable } from '../../src/tools/dmsetup.ts';
import { formatRawPools, parseRawPools } from '../../src/tools/raw-pools.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { bytes } from '../../src/units/quantity.ts';

const table = parseThinPoolTable('0 4194304 thin-pool 7:1 7:0 128 200 1 skip_block_zeroing') as ThinPoolTable;
const onFiles = {
  name: 'files',
  table,
  data: { path: '/var/pool/data', loop: { offsetBytes: bytes(1_048_576n), sizeLimitBytes: bytes(0n) } },
  metadata: { path: '/dev/disk/by-id/ata-one', loop: null },
};

test('what was written down is read as it was', (t) => {
  t.deepEqual(parseRawPools(null), []);
  t.deepEqual(parseRawPools(formatRawPools([])), []);
  t.deepEqual(parseRawPools(formatRawPools([onFiles, { ...onFiles, name: 'other' }])), [
    onFiles,
    { ...onFiles, name: 'other' },
  ]);
});

test('what somebody spoilt is not guessed', (t) => {
  const text = formatRawPools([onFiles]);
  for (const spoilt of [
    text.slice(0, -4),
    text.replace('"version": 1', '"version": 2'),
    text.replace('thin-pool', 'linear'),
    text.replace('"1048576"', '"-1"'),
    text.replace('"/var/pool/data"', '"data"'),
  ])
    t.throws(() => parseRawPools(spoilt), { instanceOf: UnreadableOutput }, spoilt);
});
