import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
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
import { corrupted } from './corrupt.ts';
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

test('whatever has happened to a dump, it is read or called unreadable', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...recorded('containerd', 'containerd-pool.dump')).chain(corrupted), (text) => {
      try {
        readDump(text);
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput, String(error));
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});
