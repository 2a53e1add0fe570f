import test from 'ava';
import { containerdIntent } from '../../src/cli/containerd-intent.ts';
import type { DockerFlags } from '../../src/cli/docker-intent.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';

const plain: DockerFlags = {
  engine: 'containerd',
  'carry-volumes': false,
  'keep-images': false,
  'set-swarm-aside': false,
  'start-deadline': '2m',
};
const read = (flags: Partial<DockerFlags> = {}) => containerdIntent({ ...plain, ...flags });

test('nothing is asked where nothing is said', (t) => {
  t.deepEqual(read(), { wish: { options: {} }, startDeadlineMs: 120_000 });
});

test('every flag arrives where it belongs', (t) => {
  const { wish } = read({
    'base-size': '20G',
    fs: 'xfs',
    'storage-opt': ['async_remove=true', ' discard_blocks = false ', 'fs_options=-K -m crc=0', 'async_remove=false'],
  });
  t.deepEqual(wish, {
    baseSizeBytes: bytes(20n * GIB),
    filesystem: 'xfs',
    options: { async_remove: false, discard_blocks: false, fs_options: '-K -m crc=0' },
  });
});

test('what is wrong is told with the flag, and what it takes', (t) => {
  const wrong: [Partial<DockerFlags>, RegExp][] = [
    [{ 'base-size': '0' }, /^--base-size "0": it takes a size like 20G$/],
    [{ 'base-size': 'big' }, /^--base-size "big"/],
    [{ fs: 'btrfs' }, /^--fs "btrfs": containerd makes ext4, xfs, ext2$/],
    [{ 'storage-opt': ['dm.fs=xfs'] }, /^--storage-opt "dm\.fs=xfs": .*async_remove=true$/],
    [{ 'storage-opt': ['constructor=true'] }, /^--storage-opt "constructor=true"/],
    [{ 'storage-opt': ['async_remove'] }, /^--storage-opt "async_remove"/],
    [{ 'storage-opt': ['async_remove=1'] }, /async_remove is true or false$/],
    [{ 'min-free-space': '10%' }, /^--min-free-space is about Docker/],
    [{ 'carry-volumes': true }, /^--carry-volumes is about Docker/],
    [{ 'set-swarm-aside': true }, /^--set-swarm-aside is about Docker/],
    [{ 'start-deadline': 'soon' }, /--start-deadline/],
  ];
  for (const [flags, message] of wrong) t.throws(() => read(flags), { instanceOf: UsageError, message });
});
