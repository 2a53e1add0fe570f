import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {
  configDefault,
  configDump,
  containerdVersion,
  imageList,
  imageRemove,
  leaseRemove,
  namespaceList,
  parseContainerdVersion,
  parseNames,
  parsePluginStatus,
  parseSnapshots,
  pluginList,
  snapshotList,
  snapshotRemove,
} from '../../src/tools/containerd.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { corrupted } from './corrupt.ts';
import { recorded } from './recorded.ts';

const one = (file: string): string => recorded('containerd', file)[0] as string;

test('each command names the socket, the namespace and the snapshotter that it is about', (t) => {
  t.is(containerdVersion().join(' '), 'containerd --version');
  t.is(configDefault().join(' '), 'containerd config default');
  t.is(configDump('/c').join(' '), 'containerd --config /c config dump');
  const ctr = 'ctr --address /s';
  t.is(pluginList('/s').join(' '), `${ctr} plugins ls`);
  t.is(namespaceList('/s').join(' '), `${ctr} namespaces ls --quiet`);
  t.is(imageList('/s', 'n').join(' '), `${ctr} --namespace n images ls --quiet`);
  t.is(imageRemove('/s', 'n', ['a', 'b']).join(' '), `${ctr} --namespace n images rm --sync -- a b`);
  t.is(leaseRemove('/s', 'n', ['a', 'b']).join(' '), `${ctr} --namespace n leases rm -- a b`);
  const snapshots = `${ctr} --namespace n snapshots --snapshotter devmapper`;
  t.is(snapshotList('/s', 'n').join(' '), `${snapshots} ls`);
  t.is(snapshotRemove('/s', 'n', ['a', 'b']).join(' '), `${snapshots} rm -- a b`);
});

test('names are told one a line; what could be an option, or is none, is called unreadable', (t) => {
  t.deepEqual(parseNames('namespaces', one('containerd-pool.namespaces')), ['default']);
  t.deepEqual(parseNames('images', 'box:1\na@sha256:0\n'), ['box:1', 'a@sha256:0']);
  t.deepEqual(parseNames('images', ''), []);
  for (const text of ['--all\n', '-x\n', 'a b\n', 'a\r\n', '\u001b[2J\n'])
    t.throws(() => parseNames('images', text), {
      instanceOf: UnreadableOutput,
      message: /^ctr images ls answered .* no name$/,
    });
});

test('the version is told without what stands around it', (t) => {
  const versions = recorded('containerd', 'containerd-idle.containerd-version').map(parseContainerdVersion);
  t.deepEqual(versions.toSorted(), ['1.6.20~ds1', '1.7.24~ds1']);
  t.is(parseContainerdVersion('containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b719\n'), '2.1.4');
  t.throws(() => parseContainerdVersion('containerd'), { instanceOf: UnreadableOutput });
});

test('what became of the devmapper snapshotter is told, and nothing where it is not in the list', (t) => {
  // Without settings: 1.6 calls that an error.
  const idle = recorded('containerd', 'containerd-idle.plugins').map(parsePluginStatus);
  t.deepEqual(idle.toSorted(), ['error', 'skip']);
  t.deepEqual(recorded('containerd', 'containerd-pool.plugins').map(parsePluginStatus), ['ok', 'ok']);
  const without = one('containerd-pool.plugins').replace(/^.*devmapper.*\n/m, '');
  t.is(parsePluginStatus(without), null);
  t.throws(() => parsePluginStatus(''), { instanceOf: UnreadableOutput });
  t.throws(() => parsePluginStatus('ctr: failed to dial'), { instanceOf: UnreadableOutput });
});

test('snapshots are told from those that nothing is made of to those that all is made of', (t) => {
  for (const text of recorded('containerd', 'containerd-pool.snapshots')) {
    const [web, layer, ...more] = parseSnapshots(text);
    t.deepEqual([web, more], [{ key: 'web', isActive: true }, []]);
    t.like(layer, { isActive: false });
    t.regex(layer?.key ?? '', /^sha256:/);
  }
});

const head = 'KEY PARENT KIND\n';

test('in any order, and of any depth, none comes before one that is made of it', (t) => {
  const parents = fc.array(fc.option(fc.nat()), { maxLength: 12 }).chain((some) =>
    fc.shuffledSubarray(
      some.map((parent, index) => ({
        key: `k${index}`,
        parent: parent === null || index === 0 ? undefined : `k${parent % index}`,
      })),
      { minLength: some.length },
    ),
  );
  fc.assert(
    fc.property(parents, (all) => {
      const text = head + all.map(({ key, parent }) => `${key} ${parent ?? ''} Committed \n`).join('');
      const keys = parseSnapshots(text).map(({ key }) => key);
      assert.equal(keys.length, all.length);
      for (const { key, parent } of all) if (parent) assert.ok(keys.indexOf(key) < keys.indexOf(parent));
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('a list that is none, or goes round in a circle, does not go on for ever', (t) => {
  t.deepEqual(parseSnapshots(head), []);
  t.is(parseSnapshots(`${head}a b View\nb a Committed\n`).length, 2);
  for (const text of ['', 'ctr: no such snapshotter', `${head}a b c Active\n`, `${head}a Gone\n`])
    t.throws(() => parseSnapshots(text), { instanceOf: UnreadableOutput });
});

test('whatever has happened to an answer, it is read or called unreadable', (t) => {
  const answers = [
    ['containerd-idle.containerd-version', parseContainerdVersion],
    ['containerd-pool.plugins', parsePluginStatus],
    ['containerd-pool.snapshots', parseSnapshots],
  ] as const;
  for (const [file, parse] of answers) {
    fc.assert(
      fc.property(fc.constantFrom(...recorded('containerd', file)).chain(corrupted), (text) => {
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof UnreadableOutput, String(error));
        }
      }),
      { numRuns: 300 },
    );
  }
  t.pass();
});
