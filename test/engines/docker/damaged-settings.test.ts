import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { configPathOf } from '../../../src/engines/containerd/files.ts';
import { findFlags } from '../../../src/engines/docker/flags.ts';
import { configuredPool, minimumFreePercent } from '../../../src/engines/docker/pool-of.ts';
import { readUnits } from '../../../src/engines/docker/unit-files.ts';
import type { SettingsFile } from '../../../src/model/docker.ts';
import { damaged, endless, oddNumber } from '../../tools/damage.ts';
import { recorded } from '../../tools/recorded.ts';

const DROP_IN = `[Service]
EnvironmentFile=-/etc/default/docker
ExecStart=
ExecStart=/usr/bin/dockerd -H fd:// --storage-opt "dm.thinpooldev=/dev/mapper/docker-thinpool" \\
  --data-root=/srv/docker $DOCKER_OPTS
`;
const SETTINGS: readonly SettingsFile[] = [
  { kind: 'unit', path: '/lib/systemd/system/docker.service', content: recorded('docker', 'docker.service')[0] ?? '' },
  { kind: 'unit', path: '/etc/systemd/system/docker.service.d/pool.conf', content: DROP_IN },
  { kind: 'environment', path: '/etc/default/docker', content: 'DOCKER_OPTS="-s devicemapper"\nexport DOCKER_OPTS\n' },
  { kind: 'process', path: '/proc/1/cmdline', content: 'dockerd\0--storage-driver=devicemapper\0-H\0fd://\0' },
];

/** All that is made of settings, whatever they are. */
function readAll(settings: readonly SettingsFile[]): void {
  const config = { content: null };
  for (const { setting, value, path } of findFlags(settings)) {
    assert.ok([setting, value, path].every((each) => typeof each === 'string'));
    assert.ok(settings.some((file) => file.path === path));
  }
  assert.equal(oddNumber(readUnits(settings)), undefined);
  assert.ok(typeof configPathOf(settings) === 'string');
  assert.notEqual(configuredPool(config, settings), undefined);
  assert.equal(oddNumber(minimumFreePercent(config, settings)), undefined);
}

const oneDamaged = fc
  .nat({ max: SETTINGS.length - 1 })
  .chain((at) =>
    damaged(SETTINGS[at]?.content ?? '').map((content) =>
      SETTINGS.with(at, { ...(SETTINGS[at] as SettingsFile), content }),
    ),
  );

test('no unit, variable or command line that was damaged makes it throw', (t) => {
  fc.assert(fc.property(oneDamaged, fc.boolean(), (files, hasUnits) => readAll(hasUnits ? files : files.slice(2))));
  t.pass();
});

test('a megabyte of nonsense in each of them is come to an end with', (t) => {
  for (const [at, file] of SETTINGS.slice(1, 3).entries())
    for (const content of endless([file.content])) findFlags(SETTINGS.with(at + 1, { ...file, content }));
  const spaced = `[Service]\nExecStart=/usr/bin/dockerd${' '.repeat(1_000_000)}-D\n`;
  t.is(configPathOf([{ kind: 'unit', path: '/a', content: spaced }]), '/etc/containerd/config.toml');
});

test('variables that hold each other twice, again and again, do not fill the memory', (t) => {
  const content = `A=${'x'.repeat(1000)}\n${'A=$A$A\n'.repeat(60)}DOCKER_OPTS="-s devicemapper"\n`;
  const flags = findFlags([{ kind: 'environment', path: '/etc/default/docker', content }]);
  t.deepEqual(flags, [{ setting: 'storage-driver', value: 'devicemapper', path: '/etc/default/docker' }]);
});
