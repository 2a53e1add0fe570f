import test from 'ava';
import fc from 'fast-check';
import { OPTIONS } from '../../../src/engines/docker/option-table.ts';
import {
  baseSizeOption,
  combinationProblem,
  filesystemOption,
  minFreeSpaceOption,
  optionsFor,
  optionText,
  parseStorageOption,
  splitOption,
} from '../../../src/engines/docker/options.ts';
import type { DockerTarget } from '../../../src/model/intent.ts';
import { bytes, GIB } from '../../../src/units/quantity.ts';

const direct: DockerTarget = {
  kind: 'direct-lvm',
  device: '/dev/mapper/docker-thinpool',
  poolName: 'docker-thinpool',
  dataSizeBytes: bytes(95n * GIB),
  metadataSizeBytes: bytes(GIB),
  chunkSizeBytes: bytes(524288),
};
const loop: DockerTarget = { kind: 'loop-lvm', dataSizeBytes: bytes(100n * GIB), metadataSizeBytes: bytes(2n * GIB) };
const kinds = ['direct-lvm', 'loop-lvm'] as const;

test('options without a flag of their own are taken, their values as Docker has them', (t) => {
  for (const kind of kinds) {
    t.deepEqual(parseStorageOption('dm.mountopt=nodiscard', kind), { name: 'dm.mountopt', value: 'nodiscard' });
    t.deepEqual(parseStorageOption('dm.mkfsarg=-m crc=0', kind), { name: 'dm.mkfsarg', value: '-m crc=0' });
    t.deepEqual(parseStorageOption(' DM.Override_udev_sync_check = T', kind), {
      name: 'dm.override_udev_sync_check',
      value: 'true',
    });
    t.deepEqual(parseStorageOption('dm.xfs_nospace_max_retries=007', kind), {
      name: 'dm.xfs_nospace_max_retries',
      value: '7',
    });
    for (const value of ['2', '7'])
      t.deepEqual(parseStorageOption(`dm.libdm_log_level=${value}`, kind), { name: 'dm.libdm_log_level', value });
  }
});

test('an option without a value is told', (t) => {
  t.is(parseStorageOption('dm.mountopt', 'direct-lvm'), 'it takes name=value, like dm.mountopt=nodiscard');
});

test('an unknown option names the nearest one', (t) => {
  t.is(
    parseStorageOption('dm.mountopts=discard', 'direct-lvm'),
    'devicemapper has no such option; the nearest is dm.mountopt',
  );
  t.regex(String(parseStorageOption('overlay2.size=1G', 'loop-lvm')), /no such option; the nearest is dm\./);
  for (const name of ['__proto__', 'constructor', ''])
    t.regex(String(parseStorageOption(`${name}=1`, 'loop-lvm')), /no such/);
});

test('a wrong value says what the option takes', (t) => {
  for (const [text, takes] of [
    ['dm.override_udev_sync_check=yes', 'it takes true or false'],
    ['dm.xfs_nospace_max_retries=2147483648', 'it takes a whole number from 0 to 2147483647'],
    ['dm.xfs_nospace_max_retries=-1', 'it takes a whole number from 0 to 2147483647'],
    ['dm.xfs_nospace_max_retries=5x', 'it takes a whole number from 0 to 2147483647'],
    ['dm.libdm_log_level=8', 'it takes a whole number from 2 to 7'],
    ['dm.libdm_log_level=1', 'it takes a whole number from 2 to 7'],
    ['dm.mountopt=', 'it takes a text on one line'],
    ['dm.mkfsarg=-K\n-f', 'it takes a text on one line'],
  ] as const)
    t.is(parseStorageOption(text, 'direct-lvm'), takes, text);
});

test('what dmtool sets by itself on direct-lvm is told', (t) => {
  for (const name of ['dm.thinpooldev', 'dm.use_deferred_removal', 'dm.use_deferred_deletion'])
    t.is(parseStorageOption(`${name}=true`, 'direct-lvm'), 'dmtool sets it by itself', name);
  t.regex(String(parseStorageOption('dm.thinpooldev=/dev/mapper/x', 'loop-lvm')), /does not go with --loop/);
  t.deepEqual(parseStorageOption('dm.use_deferred_removal=0', 'loop-lvm'), {
    name: 'dm.use_deferred_removal',
    value: 'false',
  });
});

test('options with a flag of their own point to it', (t) => {
  for (const kind of kinds) {
    t.is(parseStorageOption('dm.basesize=20G', kind), 'it has a flag of its own: --base-size');
    t.is(parseStorageOption('dm.fs=xfs', kind), 'it has a flag of its own: --fs');
    t.is(parseStorageOption('dm.min_free_space=10%', kind), 'it has a flag of its own: --min-free-space');
  }
  t.is(parseStorageOption('dm.blocksize=64K', 'direct-lvm'), 'it has a flag of its own: --chunk-size');
  t.is(parseStorageOption('dm.loopdatasize=1G', 'loop-lvm'), 'it has a flag of its own: --loop');
  t.is(parseStorageOption('dm.loopmetadatasize=1G', 'loop-lvm'), 'it has a flag of its own: --metadata-size');
});

test('what Docker heeds only where it makes the pool goes with --loop', (t) => {
  for (const name of ['dm.loopdatasize', 'dm.loopmetadatasize', 'dm.blkdiscard'])
    t.regex(String(parseStorageOption(`${name}=1`, 'direct-lvm')), /goes with --loop only/, name);
  t.deepEqual(parseStorageOption('dm.blkdiscard=False', 'loop-lvm'), { name: 'dm.blkdiscard', value: 'false' });
  t.deepEqual(parseStorageOption('dm.blocksize=512KiB', 'loop-lvm'), { name: 'dm.blocksize', value: '512K' });
  for (const size of ['64K', '1G'])
    t.deepEqual(parseStorageOption(`dm.blocksize=${size}`, 'loop-lvm'), { name: 'dm.blocksize', value: size });
  for (const size of ['0', '63K', '96K', '1088M', '100s', 'x'])
    t.is(parseStorageOption(`dm.blocksize=${size}`, 'loop-lvm'), 'it takes 64K to 1G, a multiple of 64K', size);
});

test("options of Docker's own set-up, or of other devices, never go with a pool of dmtool's", (t) => {
  const own = [...OPTIONS.keys()].filter((name) => /directlvm|thinp_/.test(name));
  t.is(own.length, 6);
  for (const kind of kinds) {
    for (const name of own) t.regex(String(parseStorageOption(`${name}=1`, kind)), /Docker's own set-up/, name);
    for (const name of ['dm.datadev', 'dm.metadatadev'])
      t.regex(String(parseStorageOption(`${name}=/dev/sdb`, kind)), /pool of its own on that device/, name);
  }
});

test('the three flags take values as people write them', (t) => {
  for (const text of ['10', '10%', ' 10% '])
    t.deepEqual(minFreeSpaceOption(text), { name: 'dm.min_free_space', value: '10%' });
  t.deepEqual(minFreeSpaceOption('0'), { name: 'dm.min_free_space', value: '0%' });
  for (const text of ['100', '100%', '9.5', '-1', '', '%', '10 %'])
    t.is(minFreeSpaceOption(text), 'it takes a whole percentage from 0% to 99%', text);
  for (const text of ['20G', '20GB', ' 20 GiB ', '20480M'])
    t.deepEqual(baseSizeOption(text), { name: 'dm.basesize', value: '20G' }, text);
  for (const text of ['0', '', '-1G', '20%', 'big'])
    t.is(baseSizeOption(text), 'it takes a size like 20G or 512M', text);
  t.deepEqual(filesystemOption(' ext4'), { name: 'dm.fs', value: 'ext4' });
  for (const text of ['btrfs', '', 'XFS']) t.is(filesystemOption(text), 'it takes xfs or ext4', text);
});

test('deferred deletion needs deferred removal, and is on by itself', (t) => {
  const removal = { name: 'dm.use_deferred_removal', value: 'false' };
  const deletion = (value: string) => ({ name: 'dm.use_deferred_deletion', value });
  t.regex(
    String(combinationProblem([removal])),
    /^dm.use_deferred_removal=false wants dm.use_deferred_deletion=false beside it/,
  );
  t.regex(String(combinationProblem([removal, deletion('true')])), /no deferred deletion without deferred removal/);
  t.is(combinationProblem([removal, deletion('false')]), null);
  t.is(combinationProblem([deletion('true')]), null);
  t.is(combinationProblem([{ ...removal, value: 'true' }]), null);
  t.is(combinationProblem([]), null);
});

test("direct-lvm gets the document's options in its order", (t) => {
  t.deepEqual(optionsFor(direct, [{ name: 'dm.basesize', value: '20G' }]).map(optionText), [
    'dm.thinpooldev=/dev/mapper/docker-thinpool',
    'dm.use_deferred_removal=true',
    'dm.use_deferred_deletion=true',
    'dm.basesize=20G',
  ]);
});

test('loop-lvm gets the sizes of its files', (t) => {
  t.deepEqual(optionsFor(loop, []).map(optionText), ['dm.loopdatasize=100G', 'dm.loopmetadatasize=2G']);
  const odd = { ...loop, dataSizeBytes: bytes(107374182401n) };
  t.is(optionsFor(odd, []).map(optionText)[0], 'dm.loopdatasize=107374182401');
});

test('an asked value takes the place of a default, the last one that of those before; what adds up stays', (t) => {
  const asked = [
    'dm.use_deferred_deletion=false',
    'dm.fs=xfs',
    'dm.mkfsarg=-K',
    'dm.fs=xfs',
    'dm.fs=ext4',
    'dm.mkfsarg=-q',
    'dm.mkfsarg=-K',
  ];
  t.deepEqual(
    optionsFor(
      direct,
      asked.map((text) => splitOption(text) ?? { name: '', value: '' }),
    ).map(optionText),
    [
      'dm.thinpooldev=/dev/mapper/docker-thinpool',
      'dm.use_deferred_removal=true',
      'dm.use_deferred_deletion=false',
      'dm.fs=ext4',
      'dm.mkfsarg=-q',
      'dm.mkfsarg=-K',
    ],
  );
});

test('no text is taken that would not be the same when read again', (t) => {
  const name = fc.oneof(fc.constantFrom(...OPTIONS.keys()), fc.string());
  const value = fc.oneof(fc.constantFrom('1', '0', 'true', 'F', '20G', '10%', '/dev/sdb', 'xfs'), fc.string());
  fc.assert(
    fc.property(name, value, fc.constantFrom(...kinds), (key, text, kind) => {
      const parsed = parseStorageOption(`${key}=${text}`, kind);
      if (typeof parsed === 'string') return !/[.\n]$/.test(parsed) && parsed !== '';
      const again = parseStorageOption(optionText(parsed), kind);
      return typeof again !== 'string' && again.name === parsed.name && again.value === parsed.value;
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
