import test from 'ava';
import { checkFilesystem, filesystemType, verdictOf, verdictOfType } from '../../src/tools/fsck.ts';

test('ext and xfs are checked with nothing changed, and others not at all', (t) => {
  for (const type of ['ext2', 'ext3', 'ext4'])
    t.deepEqual(checkFilesystem(type, '/dev/x'), ['e2fsck', '-f', '-n', '/dev/x']);
  t.deepEqual(checkFilesystem('xfs', '/dev/x'), ['xfs_repair', '-n', '/dev/x']);
  for (const type of ['btrfs', 'ext4dev', '']) t.is(checkFilesystem(type, '/dev/x'), null);
  t.is(filesystemType('/dev/x').join(' '), 'blkid --probe --match-tag TYPE --output value /dev/x');
});

test('a check that did not come to its end says nothing', (t) => {
  for (const exitCode of [-1, 32, 137])
    t.like(verdictOf(exitCode, 'skipping journal recovery'), { verdict: 'unchecked' }, `${exitCode}`);
});

test('where there is no filesystem there is nothing to check; where blkid does not say, nobody knows', (t) => {
  t.like(verdictOfType(2, ''), { verdict: 'none' });
  for (const type of ['swap', 'LVM2_member', 'crypto_LUKS']) t.like(verdictOfType(0, type), { verdict: 'none' }, type);
  for (const type of ['ext4', 'btrfs']) t.is(verdictOfType(0, type), null, type);
  t.deepEqual(verdictOfType(137, ''), { verdict: 'unchecked', detail: 'blkid ended with exit code 137' });
});

test('a journal that waits to be replayed leaves it open what is wrong', (t) => {
  t.like(verdictOf(0, 'Warning: skipping journal recovery'), { verdict: 'sound' });
  t.like(verdictOf(4, 'Warning: skipping journal recovery because …'), { verdict: 'unclear' });
  t.like(verdictOf(1, 'ALERT: The filesystem has valuable metadata changes in a log'), { verdict: 'unclear' });
  t.deepEqual(verdictOf(4, 'WARNING: Filesystem still has errors'), { verdict: 'damaged', detail: 'exit code 4' });
});
