import test from 'ava';
import { configPathOf } from '../../../src/engines/containerd/files.ts';
import { settingsFor, sizeText } from '../../../src/engines/containerd/settings.ts';
import { bytes, GIB, MIB } from '../../../src/units/quantity.ts';

const pool = { poolName: 'p', root: '/r', isOnFiles: false };

test('what nobody asked is as Docker has it, or as the file says already', (t) => {
  const plain = {
    ...{ root_path: '/r', pool_name: 'p', base_image_size: '10GB', fs_type: 'ext4' },
    ...{ discard_blocks: false, async_remove: false },
  };
  t.deepEqual(settingsFor({}, pool, { options: {} }), plain);
  t.deepEqual(settingsFor({ base_image_size: '', fs_type: '', pool_name: 'q' }, pool, { options: {} }), plain);
  const present = { base_image_size: '8GB', fs_type: 'xfs', discard_blocks: true, async_remove: true };
  t.deepEqual(settingsFor(present, pool, { options: {} }), { ...plain, ...present });
});

test('what was asked counts more, and on files removed blocks go back', (t) => {
  const wish = { baseSizeBytes: bytes(1536n * MIB), filesystem: 'ext2', options: { async_remove: true } };
  t.like(settingsFor({ base_image_size: '8GB', fs_type: 'xfs' }, { ...pool, isOnFiles: true }, wish), {
    ...{ base_image_size: '1536MB', fs_type: 'ext2', discard_blocks: true, async_remove: true },
  });
  t.is(sizeText(bytes(3n * GIB)), '3GB');
});

test('its file is the one that its unit names', (t) => {
  const path = (words: string): string =>
    configPathOf([{ path: '/u', kind: 'unit', content: `[Service]\nExecStart=/usr/bin/containerd ${words}\n` }]);
  t.is(configPathOf([]), '/etc/containerd/config.toml');
  t.is(path('--log-level info'), '/etc/containerd/config.toml');
  for (const words of ['--config /c', '--config=/c', '-c /c', '-c=/c', '-config /c']) t.is(path(words), '/c', words);
  t.is(path('--config'), '/etc/containerd/config.toml');
});
