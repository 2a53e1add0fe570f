import assert from 'node:assert/strict';
import test from 'ava';
import {
  canonical,
  otherSettings,
  parseToml,
  pluginHeader,
  pluginTable,
  readDump,
  snapshotterSettings,
} from '../../src/tools/containerd-config.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { recorded } from './recorded.ts';

const table = (text: string) => {
  const parsed = parseToml(text);
  return 'table' in parsed ? parsed.table : assert.fail(parsed.problem);
};

test('a dump tells the root, the socket, and all settings of the snapshotter', (t) => {
  for (const text of recorded('containerd', 'containerd-pool.dump')) {
    const { root, address, snapshotter } = readDump(text);
    t.is(root, '/var/lib/containerd');
    t.is(address, '/run/containerd/containerd.sock');
    t.like(snapshotter, {
      pool_name: 'vg-pool',
      root_path: '/var/lib/containerd/devmapper',
      base_image_size: '256MB',
      async_remove: true,
      discard_blocks: false,
    });
  }
  for (const text of recorded('containerd', 'containerd-idle.dump')) t.is(readDump(text).snapshotter['pool_name'], '');
});

test('all other settings are the same with the table and without, and without a file as with one that says nothing', (t) => {
  const others = (file: string): string[] => recorded('containerd', file).map((text) => readDump(text).others);
  t.deepEqual(others('containerd-pool.dump'), others('containerd-idle.dump'));
  t.deepEqual(others('containerd-idle.no-file.dump'), others('containerd-idle.version-alone.dump'));
  t.notDeepEqual(others('containerd-idle.dump'), others('containerd-idle.no-file.dump'));
});

test('what is no dump is unreadable', (t) => {
  const [malformed] = recorded('containerd', 'containerd-idle.malformed.dump');
  for (const text of [malformed as string, '', 'root = "/r"\n', 'root = "/r"\n[grpc]\naddress = 1\n', 'grpc = 1'])
    t.throws(() => readDump(text), { instanceOf: UnreadableOutput });
});

test('what others set is compared whatever order it stands in, and the files read are no setting', (t) => {
  const one = 'version = 2\nimports = ["/a"]\n[plugins.x]\na = 1\nb = [1, 2]\n[grpc]\nuid = 0\n';
  const other = 'version = 2\nimports = ["/b"]\n[grpc]\nuid = 0\n[plugins.x]\nb = [1, 2]\na = 1\n';
  t.is(otherSettings(table(one)), otherSettings(table(other)));
  t.not(otherSettings(table(one)), otherSettings(table(one.replace('[1, 2]', '[2, 1]'))));
  t.is(otherSettings(table('version = 2\nplugins = 1')), otherSettings(table('version = 2')));
  t.is(canonical(table('a = 1979-05-27')), canonical(table('a = 1979-05-27')));
});

test('the snapshotter has a short name in a file of version 1, which is one without a version', (t) => {
  t.is(pluginHeader(table('')), '[plugins.devmapper]');
  t.is(pluginHeader(table('version = "2"')), '[plugins.devmapper]');
  t.is(pluginHeader(table('version = 3')), '[plugins."io.containerd.snapshotter.v1.devmapper"]');
  t.is(pluginTable(table('version = 2\n[plugins.devmapper]\npool_name = "x"')), null);
  t.is(pluginTable(table('plugins = [1]')), null);
  t.is(pluginTable(table('[plugins]\ndevmapper = 1')), null);
  // No number of it is a setting that dmtool writes.
  t.deepEqual(snapshotterSettings(table('[plugins.devmapper]\npool_name = "x"\nn = 1\nb = true')), {
    pool_name: 'x',
    b: true,
  });
});

test('malformed text is told in one line, with its place', (t) => {
  const problem = parseToml('a = 1\n[plugins\n');
  t.like(problem, { line: 2 });
  t.notRegex((problem as { problem: string }).problem, /\n|Invalid TOML/);
});

test('whole numbers of 64 bits are read exactly, as containerd reads them', (t) => {
  const others = (number: string): string => otherSettings(table(`version = 2\n[cgroup]\nlimit = ${number}\n`));
  t.is(others('9223372036854775807'), others('9223372036854775807'));
  t.not(others('9223372036854775807'), others('9223372036854775806'));
});

test('keys that are nested deeper than anybody can follow are a problem, and no crash', (t) => {
  for (const levels of [501, 20_000])
    for (const text of [`${'a.'.repeat(levels)}a = 1`, `[${'a.'.repeat(levels)}a]`, `a = ${'['.repeat(levels)}`])
      t.like(parseToml(text), { line: 1 });
  t.true('table' in parseToml(`${'a.'.repeat(400)}a = 1`));
});

test('bytes that are no UTF-8 could not be written back, and are a problem with their line', (t) => {
  const text = Buffer.from('version = 2\n# caf\xe9\n', 'latin1').toString('utf8');
  t.like(parseToml(text), { line: 2, column: 1 });
});

test('what is no fault of the text is not taken for one', (t) => {
  t.throws(() => parseToml({ split: () => [], charCodeAt: null } as never), { instanceOf: TypeError });
});
