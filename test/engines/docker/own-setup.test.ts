import test from 'ava';
import { mergeDaemonJson } from '../../../src/engines/docker/daemon-json.ts';
import { OPTIONS } from '../../../src/engines/docker/option-table.ts';
import { optionsFor, optionText, parseStorageOption } from '../../../src/engines/docker/options.ts';
import { isDockersProfile, ownSetupOptions } from '../../../src/engines/docker/own-setup.ts';
import { expectedStatus } from '../../../src/engines/docker/status.ts';
import type { DockerTarget } from '../../../src/model/intent.ts';

const setup = { device: '/dev/sdb', dataPercent: 95, metadataPercent: 1, thresholdPercent: 80, stepPercent: 3 };
const target: DockerTarget = {
  kind: 'own-setup',
  poolName: 'docker-thinpool',
  setupOptions: ownSetupOptions(setup, true),
};

test("Docker's own options, in the document's order, and deferred removal and deletion with them", (t) => {
  const asked = [{ name: 'dm.min_free_space', value: '15%' }];
  t.deepEqual(optionsFor(target, asked).map(optionText), [
    'dm.directlvm_device=/dev/sdb',
    'dm.thinp_percent=95',
    'dm.thinp_metapercent=1',
    'dm.thinp_autoextend_threshold=80',
    'dm.thinp_autoextend_percent=3',
    'dm.directlvm_device_force=true',
    'dm.use_deferred_removal=true',
    'dm.use_deferred_deletion=true',
    'dm.min_free_space=15%',
  ]);
});

test('what was never told is not told later either: Docker compares', (t) => {
  const bare = { ...setup, dataPercent: 0, metadataPercent: 0, thresholdPercent: 0, stepPercent: 0 };
  t.deepEqual(ownSetupOptions(bare, false), [{ name: 'dm.directlvm_device', value: '/dev/sdb' }]);
});

test('another pool, and files, do not stand beside it in daemon.json', (t) => {
  const text = '{"storage-opts":["dm.thinpooldev=x","dm.loopdatasize=2G","dm.fs=xfs"]}';
  const merged = mergeDaemonJson(text, optionsFor(target, []));
  t.deepEqual(merged.removedOptions, ['dm.thinpooldev=x', 'dm.loopdatasize=2G']);
  t.regex(merged.text, /"dm\.fs=xfs"/);
});

test("Docker's word on such a pool: its name and its chunk size, and what was asked", (t) => {
  t.deepEqual(expectedStatus(target, optionsFor(target, [{ name: 'dm.min_free_space', value: '15%' }]), '/d'), {
    'Pool Name': 'docker-thinpool',
    'Data file': '',
    'Metadata file': '',
    'Pool Blocksize': '524.3kB',
    'Deferred Removal Enabled': 'true',
    'Deferred Deletion Enabled': 'true',
  });
});

test('options that have a flag, and those that make no sense, are refused with the reason', (t) => {
  for (const [name, reason] of [
    ['dm.directlvm_device', '--device'],
    ['dm.directlvm_device_force', '--wipe'],
    ['dm.thinp_percent', '--data-percent'],
    ['dm.thinp_metapercent', '--metadata-percent'],
    ['dm.thinp_autoextend_threshold', '--autoextend-threshold'],
    ['dm.thinp_autoextend_percent', '--autoextend-percent'],
    ['dm.thinpooldev', 'does not go with --provisioner docker'],
    ['dm.blocksize', 'chunks of 512K'],
    ['dm.loopdatasize', '--loop only'],
    ['dm.datadev', 'a pool of its own on that device'],
  ] as const) {
    t.true(OPTIONS.has(name));
    t.true(String(parseStorageOption(`${name}=1`, 'own-setup')).includes(reason), name);
  }
  t.deepEqual(parseStorageOption('dm.mountopt=nodiscard', 'own-setup'), { name: 'dm.mountopt', value: 'nodiscard' });
});

test('a profile is known as one of Docker’s by every byte', (t) => {
  const written = 'activation{\nthin_pool_autoextend_threshold=80\nthin_pool_autoextend_percent=20\n}';
  t.true(isDockersProfile(written));
  for (const other of ['', `${written}\n`, written.replace('{', ' {')]) t.false(isDockersProfile(other));
});
