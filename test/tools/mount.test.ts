import test from 'ava';
import { isMountable, mountFilesystem } from '../../src/tools/mount.ts';

const options = (filesystem: 'xfs' | 'ext4', readOnly: boolean) =>
  mountFilesystem('/dev/mapper/d', '/mnt', { filesystem, readOnly })[4];

test('a journal is not replayed, and snapshots of one filesystem do not shut each other out', (t) => {
  t.is(options('ext4', true), 'ro,noload,nosuid,nodev');
  t.is(options('xfs', true), 'ro,norecovery,nouuid,nosuid,nodev');
  t.is(options('ext4', false), 'rw,nosuid,nodev');
  t.is(options('xfs', false), 'rw,nouuid,nosuid,nodev');
});

test('what is no option ends the options', (t) => {
  t.deepEqual(mountFilesystem('/dev/mapper/d', '-x', { filesystem: 'xfs', readOnly: true }).slice(-3), [
    '--',
    '/dev/mapper/d',
    '-x',
  ]);
});

test('only kinds that Docker makes are mounted', (t) => {
  t.deepEqual(['xfs', 'ext4', 'btrfs', 'toString', '', null].map(isMountable), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
