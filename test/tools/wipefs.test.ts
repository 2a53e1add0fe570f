import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { parseWipefs, wipefsAll, wipefsList, zeroMebibyte } from '../../src/tools/wipefs.ts';
import { bytes } from '../../src/units/quantity.ts';
import { corrupted } from './corrupt.ts';
import { recorded, recordedCases } from './recorded.ts';

const signatures = (name: string) => recorded('wipefs', `${name}.txt`).map(parseWipefs);

test('looking changes nothing', (t) => {
  t.deepEqual(wipefsList('/dev/sdb'), ['wipefs', '--no-act', '--parsable', '--', '/dev/sdb']);
});

test('wiping and zeroing name one device and one place', (t) => {
  t.deepEqual(wipefsAll('/dev/sdb'), ['wipefs', '--all', '--', '/dev/sdb']);
  const words = zeroMebibyte('/dev/sdb', 5_000_000_000_000n);
  for (const word of ['of=/dev/sdb', 'bs=1M', 'count=1', 'seek=5000000000000', 'oflag=seek_bytes'])
    t.true(words.includes(word), word);
});

test('a blank disk has no signatures', (t) => {
  for (const seen of signatures('blank')) t.deepEqual(seen, []);
});

test('filesystems, swap and PVs are told with label and UUID', (t) => {
  const uuid = '00000000-0000-4000-8000-000000000001';
  for (const seen of signatures('ext4-label'))
    t.deepEqual(seen, [{ type: 'ext4', offsetBytes: bytes(0x438), uuid, label: 'data' }]);
  for (const [swap] of signatures('swap')) t.like(swap, { type: 'swap', uuid, label: 'pages' });
  for (const [pv] of signatures('lvm2-member'))
    t.like(pv, { type: 'LVM2_member', uuid: 'dmtooL-0001-0001-0001-0001-0001-000001' });
});

test('partition tables are signatures, both copies of a GPT too', (t) => {
  for (const seen of signatures('gpt'))
    t.deepEqual(
      seen.map(({ type }) => type),
      ['gpt', 'gpt', 'PMBR'],
    );
  for (const seen of signatures('dos'))
    t.deepEqual(
      seen.map(({ type }) => type),
      ['dos'],
    );
});

test('a label with commas, blanks and quotes is one label', (t) => {
  for (const [found] of signatures('label-with-comma')) t.like(found, { type: 'ext4', label: 'a, b "c" ä' });
});

test('a label that a terminal would obey, or that would be a line of its own, stays escaped', (t) => {
  const [found] = parseWipefs('0x438,,a\\x20\\x0arm\\x1b[2J\\xff,ext4\n');
  t.is(found?.label, 'a \\x0arm\\x1b[2J\ufffd');
});

test('the heading of newer versions is no signature', (t) => {
  t.deepEqual(parseWipefs('# offset,uuid,label,type\n0x1fe,,,dos\n'), [
    { type: 'dos', offsetBytes: bytes(510), uuid: '', label: '' },
  ]);
});

test('a line that is no signature is refused: a disk is not blank for want of reading', (t) => {
  for (const text of ['dos', '0x1fe,dos', '0x1fe,,,', '510,,,dos', 'wipefs: error: /dev/sdb', ' 0x1fe,,,dos'])
    t.throws(() => parseWipefs(text), { instanceOf: UnreadableOutput }, text);
});

test('no corrupted list loses a line in silence', (t) => {
  const cases = recordedCases('wipefs', '*.txt').map(({ text }) => text);
  fc.assert(
    fc.property(fc.constantFrom(...cases).chain(corrupted), (text) => {
      const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
      try {
        assert.equal(parseWipefs(text).length, lines.length);
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput, String(error));
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});
