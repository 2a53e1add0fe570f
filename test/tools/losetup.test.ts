import test from 'ava';
import { losetupGrow, losetupList, parseLosetup, truncate } from '../../src/tools/losetup.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { bytes } from '../../src/units/quantity.ts';
import { recorded } from './recorded.ts';

const [recordedLoops = ''] = recorded('losetup', 'loop-devices.json');

test('loop devices and their files are read as losetup lists them', (t) => {
  const devices = parseLosetup(recordedLoops);
  t.deepEqual(
    devices
      .toSorted((one, other) => (one.path < other.path ? -1 : 1))
      .map(({ path, file, offsetBytes, sizeLimitBytes }) => [path, file, offsetBytes, sizeLimitBytes]),
    [
      ['/dev/loop0', '/var/data', 0n, 0n],
      ['/dev/loop1', '/var/metadata', 0n, 0n],
      ['/dev/loop2', '/var/limited', 1_048_576n, 4_194_304n],
    ] as never,
  );
  t.true(devices.every(({ fileInode, fileSystem }) => fileInode > 0n && /^\d+:\d+$/.test(fileSystem)));
});

test('without a loop device nothing is printed; older versions write numbers as texts', (t) => {
  t.deepEqual(parseLosetup(''), []);
  const old = recordedLoops.replaceAll(/: (\d+)/g, ': "$1"');
  t.deepEqual(parseLosetup(old), parseLosetup(recordedLoops));
  t.deepEqual(
    parseLosetup(old.replaceAll(/"back-file": "[^"]*"/g, '"back-file": null')).map(({ file }) => file),
    ['', '', ''],
  );
  t.throws(() => parseLosetup('{}'), { instanceOf: UnreadableOutput });
});

test('commands', (t) => {
  t.is(losetupList()[0], 'losetup');
  t.deepEqual(losetupGrow('/dev/loop0'), ['losetup', '--set-capacity', '/dev/loop0']);
  t.deepEqual(truncate('/-d', bytes(5)), ['truncate', '--no-create', '--size=5', '--', '/-d']);
});
