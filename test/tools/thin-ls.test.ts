import test from 'ava';
import { parseHeldRoot, parseThinLs, releaseSnapshot, reserveSnapshot, thinLs } from '../../src/tools/thin-ls.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { recorded } from './recorded.ts';

test('what is reserved is released with the same words to the same pool', (t) => {
  t.deepEqual(reserveSnapshot('p'), ['dmsetup', 'message', '--', 'p', '0', 'reserve_metadata_snap']);
  t.deepEqual(releaseSnapshot('p'), ['dmsetup', 'message', '--', 'p', '0', 'release_metadata_snap']);
  t.true(thinLs('/dev/meta').includes('--metadata-snap'));
});

test('every device in the metadata is told with what is mapped of it', (t) => {
  for (const text of recorded('docker', 'thin-devices.thin-ls')) {
    const mapped = parseThinLs(text);
    t.true(mapped.size >= 7);
    for (const sectors of mapped.values()) t.true(sectors > 100_000n);
  }
  t.is(parseThinLs('').size, 0);
});

test('the block that a reserved snapshot begins at is told, whoever reserved it', (t) => {
  const poolLine = (text: string): string => text.split('\n').find((line) => line.includes('thin-pool ')) as string;
  for (const text of recorded('docker', 'thin-devices.status')) t.is(parseHeldRoot(poolLine(text)), null);
  for (const text of recorded('docker', 'thin-devices.reserved.status')) {
    const line = poolLine(text);
    t.true((parseHeldRoot(line) ?? 0n) > 0n);
    t.is(parseHeldRoot(line.slice(line.indexOf(': ') + 2)), parseHeldRoot(line));
  }
});

test('nothing is concluded from what is no answer', (t) => {
  for (const text of ['1', 'a b', '1 2 3', '<superblock>'])
    t.throws(() => parseThinLs(text), { instanceOf: UnreadableOutput }, text);
  for (const text of ['', '0 8 thin-pool Fail', '0 8 thin-pool 1 2/3 4/5', '0 8 thin 4 7'])
    t.throws(() => parseHeldRoot(text), { instanceOf: UnreadableOutput }, text);
});
