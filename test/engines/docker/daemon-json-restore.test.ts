import test from 'ava';
import fc from 'fast-check';
import { mergeDaemonJson } from '../../../src/engines/docker/daemon-json.ts';
import { restoreDaemonJson } from '../../../src/engines/docker/daemon-json-restore.ts';
import { UnreadableOutput } from '../../../src/tools/unreadable.ts';
import { daemonJsonText, foreign } from './json-texts.ts';

const wanted = [
  { name: 'dm.thinpooldev', value: '/dev/mapper/docker-thinpool' },
  { name: 'dm.use_deferred_removal', value: 'true' },
];
const written = (before: string | null): string => mergeDaemonJson(before, wanted).text;

/** As an editor would change the file: other layout, other order of nothing. */
const changed = (text: string, change: (settings: Record<string, unknown>) => void): string => {
  const settings = JSON.parse(text);
  change(settings);
  return JSON.stringify(settings, null, 3);
};
const restored = (now: string | null, before: string | null): unknown => {
  const text = restoreDaemonJson(now, before, written(before));
  return text === null ? null : JSON.parse(text);
};

test('untouched since, the file is what it was, to the byte, or goes', (t) => {
  fc.assert(
    fc.property(fc.option(fc.oneof(daemonJsonText, fc.constantFrom('', '\n', '{ }'))), (before) => {
      t.is(restoreDaemonJson(written(before), before, written(before)), before);
    }),
    { numRuns: 300 },
  );
  t.is(restoreDaemonJson(written('{ }'), '{ }', written('{ }')), '{ }');
});

test('a file that somebody took away or emptied stays so', (t) => {
  for (const before of [null, '{"debug":true}']) t.is(restoreDaemonJson(null, before, written(before)), null);
  t.is(restoreDaemonJson('\n', '{"debug":true}', written('{"debug":true}')), '\n');
  t.is(restoreDaemonJson('\n', null, written(null)), null);
  t.is(restoreDaemonJson('{}', '{"debug":true}', written('{"debug":true}')), '{}');
});

test('what is left of nothing goes; what was blank is blank again', (t) => {
  const reformatted = changed(written(null), () => undefined);
  t.is(restoreDaemonJson(reformatted, null, written(null)), null);
  t.is(restoreDaemonJson(reformatted, ' \n', written(' \n')), ' \n');
  t.is(restoreDaemonJson(reformatted, '{ }', written('{ }')), '{}');
});

test("others' keys stay, ours go, and the values from before come back as they were written", (t) => {
  const before = '{\n "storage-opts": [ "overlay2.size=1G"  ],\n "storage-driver": "over\\u006cay2"\n}\n';
  const now = written(before).replace('{\n', '{\n "debug": true,\n');
  t.is(restoreDaemonJson(now, before, written(before)), before.replace('{\n', '{\n "debug": true,\n'));
});

test('an option that somebody added stays, beside those that come back', (t) => {
  const before = '{"storage-driver":"overlay2","storage-opts":["overlay2.size=1G","dm.fs=xfs"]}';
  const now = changed(written(before), (settings) => (settings['storage-opts'] as string[]).push('dm.basesize=20G'));
  t.deepEqual(restored(now, before), {
    'storage-driver': 'overlay2',
    'storage-opts': ['dm.fs=xfs', 'dm.basesize=20G', 'overlay2.size=1G'],
  });
});

test('an option that somebody put back is not there twice', (t) => {
  const before = '{"storage-driver":"overlay2","storage-opts":["overlay2.size=1G"]}';
  const now = changed(written(before), (settings) => (settings['storage-opts'] as string[]).push('overlay2.size=1G'));
  t.deepEqual(restored(now, before), JSON.parse(before));
});

test('an option that somebody took away stays away; ours go all the same', (t) => {
  const before = '{"storage-driver":"devicemapper","storage-opts":["dm.fs=xfs","dm.basesize=20G"]}';
  const now = changed(written(before), (settings) => (settings['storage-opts'] as string[]).shift());
  t.deepEqual(restored(now, before), { 'storage-driver': 'devicemapper', 'storage-opts': ['dm.basesize=20G'] });
  const without = changed(written(before), (settings) => delete settings['storage-opts']);
  t.deepEqual(restored(without, before), { 'storage-driver': 'devicemapper' });
});

test('a driver that somebody set since stays, and no options of the one before come back to stop it', (t) => {
  const before = '{"storage-driver":"overlay2","storage-opts":["overlay2.size=1G"]}';
  const now = (driver: string) =>
    changed(written(before), (settings) => Object.assign(settings, { 'storage-driver': driver }));
  t.deepEqual(restored(now('btrfs'), before), { 'storage-driver': 'btrfs', 'storage-opts': [] });
  t.deepEqual(restored(now('overlay2'), before), JSON.parse(before));
});

test('what stands last goes without a comma left behind', (t) => {
  const before = '{"debug":true}';
  const now = changed(written(before), (settings) => delete settings['storage-opts']);
  t.is(
    restoreDaemonJson(now, before, written(before)),
    changed(before, () => {}),
  );
});

test('keys that somebody took away are not missed', (t) => {
  const gone = changed(written('{"debug":true}'), (settings) => {
    delete settings['storage-driver'];
    delete settings['storage-opts'];
  });
  t.is(restoreDaemonJson(gone, '{"debug":true}', written('{"debug":true}')), gone);
});

test('a driver that was there before is not ours to take', (t) => {
  const before = '{"storage-driver":"devicemapper"}';
  const now = changed(written(before), (settings) => Object.assign(settings, { debug: true }));
  t.deepEqual(restored(now, before), { 'storage-driver': 'devicemapper', debug: true });
});

test('a file that somebody broke since is not guessed at', (t) => {
  t.throws(() => restoreDaemonJson('{,}', null, written(null)), { instanceOf: UnreadableOutput });
});

test('whatever others change, theirs stays and ours goes, in a text that parses', (t) => {
  const change = fc.record({ add: fc.option(foreign), change: fc.nat(), value: fc.jsonValue(), remove: fc.nat() });
  fc.assert(
    fc.property(
      fc.option(daemonJsonText),
      change,
      fc.boolean(),
      (before, { add, change: at, value, remove }, edits) => {
        const own = ['storage-driver', 'storage-opts'];
        const now = changed(written(before), (settings) => {
          const others = Object.keys(settings).filter((key) => !own.includes(key));
          const [altered, gone] = [others[at % others.length], others[remove % others.length]];
          if (altered !== undefined && edits) Object.defineProperty(settings, altered, { ...plain, value });
          if (gone !== undefined && edits) delete settings[gone];
          if (add) Object.defineProperty(settings, add[0], { ...plain, value: add[1] });
        });
        const result = restored(now, before) ?? {};
        const was = JSON.parse(before ?? '{}');
        const others = Object.entries(JSON.parse(now)).filter(([key]) => !own.includes(key));
        t.deepEqual(
          Object.entries(result).filter(([key]) => !own.includes(key)),
          others,
        );
        for (const key of own) t.deepEqual((result as Record<string, unknown>)[key], was[key]);
      },
    ),
    { numRuns: 500 },
  );
});

const plain = { enumerable: true, configurable: true, writable: true };
