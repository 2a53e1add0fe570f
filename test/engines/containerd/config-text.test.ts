import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { restoreConfig, withSettings } from '../../../src/engines/containerd/config-text.ts';
import {
  otherSettings,
  parseToml,
  pluginTable,
  snapshotterSettings,
  type Table,
} from '../../../src/tools/containerd-config.ts';
import { corrupted } from '../../tools/corrupt.ts';
import { configText, settings } from './config-texts.ts';

const read = (text: string | null): Table => {
  const parsed = parseToml(text ?? '');
  return 'table' in parsed ? parsed.table : assert.fail(parsed.problem);
};
const write = (text: string | null, wanted: Parameters<typeof withSettings>[1]): string =>
  withSettings(text, wanted) ?? assert.fail(`it can't be written: ${text}`);

/** Lines of the second text that the first one has not, counted. */
const newLines = (before: string, after: string): string[] => {
  const left = before.split('\n');
  return after.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

const ours = { pool_name: 'docker-thinpool', root_path: '/var/lib/containerd/devmapper', async_remove: false };
const TABLE = `
# Written by dmtool, and removed by dmtool teardown.
[plugins."io.containerd.snapshotter.v1.devmapper"]
  pool_name = "docker-thinpool"
  root_path = "/var/lib/containerd/devmapper"
  async_remove = false
`;

test('a new file has the version that every containerd reads, and a blank one is a new one', (t) => {
  for (const text of [null, '', ' \n\r\n\t']) t.is(withSettings(text, ours), `version = 2\n${TABLE}`);
});

test('the table is added at the end, under the name that the version of the file has for it', (t) => {
  t.is(withSettings('version = 3', ours), `version = 3\n${TABLE}`);
  const first = write('oom_score = 1\n', ours);
  t.true(first.includes('\n[plugins.devmapper]\n'));
  t.is(
    first.replace('[plugins.devmapper]', '[plugins."io.containerd.snapshotter.v1.devmapper"]'),
    `oom_score = 1\n${TABLE}`,
  );
});

test('lines that are there change in place, and keep what is said beside them', (t) => {
  const text = `version = 2
  [ plugins . 'io.containerd.snapshotter.v1.devmapper' ] # mine
\t"pool_name"  =  'old # one' # was
    # root_path = "no"
[grpc]
  pool_name = "not this"
`;
  t.is(
    withSettings(text, { pool_name: 'new', root_path: '/r' }),
    text.replace("'old # one'", '"new"').replace('# mine\n', '# mine\n\troot_path = "/r"\n'),
  );
});

test('what can not be changed line by line is not changed', (t) => {
  const name = '"io.containerd.snapshotter.v1.devmapper"';
  for (const text of [
    `version = 2\n[plugins]\n${name} = { pool_name = "x" }\n`,
    `version = 2\n[plugins.${name}]\npool_name = """\nx"""\n`,
    `version = 2\nplugins.${name}.pool_name = "x"\n`,
    'plugins = { devmapper = { pool_name = "x" } }\n',
    'plugins = { other = { a = 1 } }\n',
    `version = 2\n[plugins.${name}]\nroot_path = [\n"x" ]\n`,
  ])
    t.is(withSettings(text, ours), null, text);
});

test('what is wanted is said in the end, all else as it was, and saying it again changes nothing', (t) => {
  fc.assert(
    fc.property(configText, settings, (text, wanted) => {
      const written = write(text, wanted);
      const start = text.trim() === '' ? 'version = 2\n' : text;
      assert.deepEqual(snapshotterSettings(read(written)), { ...snapshotterSettings(read(start)), ...wanted });
      assert.equal(otherSettings(read(written)), otherSettings(read(start)));
      assert.equal(withSettings(written, wanted), written);
      // No line goes but those of settings that change.
      const known = Object.keys(pluginTable(read(start)) ?? {});
      const changed = newLines(written, start);
      assert.ok(
        changed.length <= Object.keys(wanted).filter((key) => known.includes(key)).length + 1,
        changed.join('|'),
      );
      for (const line of changed.filter((each) => each.trim() !== ''))
        assert.ok(/pool_name|root_path|async_remove|fs_options/.test(line) || !start.endsWith('\n'), line);
    }),
    { numRuns: 1000, includeErrorInReport: true },
  );
  t.pass();
});

test('line ends stay as they are in the file', (t) => {
  fc.assert(
    fc.property(configText, settings, (text, wanted) => {
      const ends = (each: string): string[] => each.match(/\r?\n/g) ?? [];
      fc.pre(ends(text).length > 0 && text.trim() !== '');
      const { pool_name, root_path } = wanted;
      assert.deepEqual(new Set(ends(write(text, { pool_name, root_path }))), new Set(ends(text)));
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
  t.pass();
});

test('taken back at once, the file is what it was, to the byte, or goes', (t) => {
  fc.assert(
    fc.property(fc.oneof(configText, fc.constantFrom(null, '', '\n')), settings, (before, wanted) => {
      const written = write(before, wanted);
      assert.equal(restoreConfig(written, before, written), before);
      assert.equal(restoreConfig(null, before, written), null);
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
  t.pass();
});

test('what others changed since stays, and ours goes', (t) => {
  const alien = fc.constantFrom(
    '[proxy_plugins]\n  [proxy_plugins.x]\n    type = "snapshot"',
    '[timeouts]\n"a" = "5s"',
  );
  fc.assert(
    fc.property(configText, settings, alien, fc.boolean(), (before, wanted, added, atStart) => {
      fc.pre(before.trim() !== '');
      const written = write(before, wanted);
      const eol = written.includes('\r\n') ? '\r\n' : '\n';
      const end = written.endsWith('\n') ? '' : eol;
      const now = atStart ? `# by hand${eol}${written}` : `${written}${end}${added.replaceAll('\n', eol)}${eol}`;
      const back = restoreConfig(now, before, written);
      assert.ok(typeof back === 'string', 'it is taken back');
      const former = snapshotterSettings(read(before));
      assert.deepEqual(snapshotterSettings(read(back)), former);
      assert.equal(otherSettings(read(back)), otherSettings(read(now)));
      assert.ok(back.includes(atStart ? '# by hand' : (added.split('\n')[0] as string)));
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
  t.pass();
});

test('a setting that somebody changed since is theirs', (t) => {
  const before = 'version = 2\n[plugins."io.containerd.snapshotter.v1.devmapper"]\n  fs_type = "xfs"\n';
  const written = write(before, { pool_name: 'p', fs_type: 'ext4' });
  const now = written.replace('"ext4"', '"ext2"');
  t.is(restoreConfig(now, before, written), before.replace('"xfs"', '"ext2"'));
});

test('a setting that somebody put into our table since does not come to lie in the one above', (t) => {
  const before = 'version = 2\n[grpc]\n  uid = 0\n';
  const written = write(before, ours);
  const back = restoreConfig(`${written}  gid = 1\n`, before, written);
  t.is(back, `${before}${TABLE.split('\n').slice(0, 3).join('\n')}\n  gid = 1\n`);
});

test('where there was no file, what others put into it since stays', (t) => {
  for (const before of [null, '\n']) {
    const written = write(before, ours);
    const grpc = '[grpc]\n  uid = 0\n';
    t.is(restoreConfig(written + grpc, before, written), `version = 2\n${grpc}`);
    // Only its header is left of our table, and what somebody put there.
    t.regex(
      restoreConfig(`${written}  fs_type = "xfs"\n`, before, written) ?? '',
      /devmapper"\]\n {2}fs_type = "xfs"\n$/,
    );
  }
});

test('the last line, which had no end of its own, does not come to stand before what others added', (t) => {
  const before = 'version = 2\noom_score = 1';
  const written = write(before, ours);
  t.is(restoreConfig(`${written}[grpc]\n`, before, written), `${before}\n[grpc]\n`);
});

test('a malformed text is not written to', (t) => {
  t.is(withSettings('[plugins\n', ours), null);
});

test('a file that was broken, or written anew in another form since, is left to its owner', (t) => {
  const written = write('version = 2\n', ours);
  t.is(restoreConfig('[plugins', 'version = 2\n', written), undefined);
  const inline =
    'version = 2\n[plugins]\n"io.containerd.snapshotter.v1.devmapper" = { pool_name = "docker-thinpool" }\n';
  t.is(restoreConfig(inline, 'version = 2\n', written), undefined);
  const quoted = written.replace('pool_name', "'pool_name'").replace('[plugins', '[ plugins');
  t.is(restoreConfig(quoted, 'version = 2\n', written), undefined);
  // Ours is not in it any more.
  t.is(restoreConfig('version = 2\n# new\n', 'version = 2\n', written), 'version = 2\n# new\n');
});

test('no text of others makes it throw', (t) => {
  const hostile = fc.oneof(configText.chain(corrupted), fc.string({ unit: 'binary' }), fc.string());
  fc.assert(
    fc.property(hostile, configText, settings, (text, before, wanted) => {
      const parsed = parseToml(text);
      if ('table' in parsed) {
        const written = withSettings(text, wanted);
        if (written !== null) assert.deepEqual(pluginTable(read(written))?.['pool_name'], wanted.pool_name);
      } else assert.ok(parsed.line > 0 && parsed.column > 0 && !parsed.problem.includes('\n'));
      restoreConfig(text, before, write(before, wanted));
    }),
    { numRuns: 1000, includeErrorInReport: true },
  );
  t.pass();
});
