import test from 'ava';
import fc from 'fast-check';
import { parseKernelWords } from '../../src/tools/kmsg.ts';

test("device-mapper's records are read with their device and their time; all others are left out", (t) => {
  t.deepEqual(
    parseKernelWords([
      '4,560,42500000,-;device-mapper: thin: 254:2: reached low water mark for data device: sending event.\n',
      '3,561,42600000,c;device-mapper: thin metadata: 254:2: could not commit\n SUBSYSTEM=block\n',
      '6,562,42700000,-;device-mapper: uevent: version 1.0.3\n',
      '6,563,42700000,-;EXT4-fs (dm-3): mounted\n',
      'nonsense',
      '',
    ]),
    [
      { number: '254:2', atSeconds: 42.5, text: 'reached low water mark for data device: sending event.' },
      { number: '254:2', atSeconds: 42.6, text: 'could not commit' },
    ],
  );
});

test('no record makes it fail', (t) => {
  fc.assert(fc.property(fc.array(fc.string()), (records) => Array.isArray(parseKernelWords(records))));
  t.pass();
});
