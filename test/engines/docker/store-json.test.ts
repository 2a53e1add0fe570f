import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import {
  isOnStore,
  mergeStoreJson,
  parseDaemonJson,
  storeFeature,
  withStoreFeature,
} from '../../../src/engines/docker/daemon-json.ts';
import { restoreDaemonJson } from '../../../src/engines/docker/daemon-json-restore.ts';
import { UnreadableOutput } from '../../../src/tools/unreadable.ts';
import { corrupted } from '../../tools/corrupt.ts';
import { foreignParts } from './json-texts.ts';

const FEATURE = 'containerd-snapshotter';

const settings = fc
  .record(
    {
      debug: fc.boolean(),
      features: fc
        .record(
          { buildkit: fc.boolean(), [FEATURE]: fc.boolean(), other: fc.string({ unit: 'binary' }) },
          { requiredKeys: [], noNullPrototype: true },
        )
        .chain((all) => fc.shuffledSubarray(Object.entries(all)).map((some) => Object.fromEntries(some))),
      'storage-driver': fc.constantFrom('overlay2', 'devmapper', 'devicemapper'),
      'storage-opts': fc.subarray(['overlay2.size=1G', 'dm.fs=xfs']),
      'log-opts': fc.constant({ features: { [FEATURE]: false } }),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .chain((all) => fc.shuffledSubarray(Object.entries(all), { minLength: Object.keys(all).length }));

/** daemon.json in all its forms, with what Docker's store is asked for by. */
const storeText = fc
  .tuple(settings, fc.constantFrom('', ' ', '  ', '\t'), fc.constantFrom('', '\n'), fc.boolean())
  .map(([entries, indent, end, crlf]) => {
    const text = JSON.stringify(Object.fromEntries(entries), null, indent) + end;
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  });

const merged = (text: string | null): string => mergeStoreJson(text).text;
const othersOf = (text: string): string[] => foreignParts(text).filter((part) => !part.startsWith('"features"'));
const otherFeatures = (text: string): object => {
  const { [FEATURE]: _, ...others } = JSON.parse(text).features ?? {};
  return others;
};

test('a new file has the driver and the feature, and what says it all stays the same bytes', (t) => {
  const text = merged(null);
  t.deepEqual(JSON.parse(text), { 'storage-driver': 'devmapper', features: { [FEATURE]: true } });
  t.deepEqual(mergeStoreJson(text), { text, removedOptions: [], replacedDriver: null });
  t.is(merged(' \n'), text);
});

test('the feature is put beside others, in the place of false, and into empty ones', (t) => {
  const driver = '"storage-driver":"devmapper"';
  t.is(
    merged(`{${driver},"features":{"buildkit":true}}`),
    `{${driver},"features":{"buildkit":true,"${FEATURE}":true}}`,
  );
  t.is(merged(`{${driver},"features":{"${FEATURE}" : false }}`), `{${driver},"features":{"${FEATURE}" : true }}`);
  t.true(storeFeature(merged(`{${driver},"features":{}}`)));
});

test('options of storage drivers go, and are told', (t) => {
  const text = '{"storage-driver":"overlay2","storage-opts":["overlay2.size=1G","dm.fs=xfs"]}';
  const { removedOptions, replacedDriver, text: after } = mergeStoreJson(text);
  t.deepEqual(removedOptions.toSorted(), ['dm.fs=xfs', 'overlay2.size=1G']);
  t.is(replacedDriver, 'overlay2');
  t.deepEqual(JSON.parse(after)['storage-opts'], []);
});

test('in any text all else survives byte for byte, and merging twice is merging once', (t) => {
  fc.assert(
    fc.property(storeText, (text) => {
      const after = merged(text);
      assert.ok(isOnStore(after));
      assert.deepEqual(othersOf(after), othersOf(text));
      assert.deepEqual(otherFeatures(after), otherFeatures(text));
      assert.deepEqual(mergeStoreJson(after), { text: after, removedOptions: [], replacedDriver: null });
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
  t.pass();
});

test('taken back at once it is what it was; taken back later, what others changed since stays', (t) => {
  fc.assert(
    fc.property(fc.oneof(storeText, fc.constantFrom(null, '', '{ }')), fc.boolean(), (before, inFeatures) => {
      const written = merged(before);
      assert.equal(restoreDaemonJson(written, before, written), before);
      const now = JSON.parse(written);
      if (inFeatures) now.features.later = true;
      else now.later = true;
      const back = restoreDaemonJson(JSON.stringify(now, null, 3), before, written) ?? assert.fail('it is gone');
      const former = JSON.parse(before?.trim() || '{}');
      assert.deepEqual(
        JSON.parse(back),
        inFeatures ? { ...former, features: { ...former.features, later: true } } : { ...former, later: true },
      );
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
  t.pass();
});

test('a feature that somebody switched since is theirs', (t) => {
  const written = merged('{"debug":true}');
  const now = written.replace(`"${FEATURE}": true`, `"${FEATURE}": false`);
  t.not(now, written);
  t.false(storeFeature(restoreDaemonJson(now, '{"debug":true}', written) ?? ''));
  t.is(withStoreFeature('{"debug":true}', undefined), '{"debug":true}');
  t.is(withStoreFeature('{"features":{"a":true}}', undefined), '{"features":{"a":true}}');
});

test('features that dockerd does not take, or takes in a way of its own, are told with their place', (t) => {
  for (const [text, problem, column] of [
    ['{"features": []}', '"features" is not an object', 14],
    ['{"features": {}, "features": {}}', '"features" is in it twice', 18],
    [`{"features": {"${FEATURE}": "yes"}}`, `"${FEATURE}" is neither true nor false`, 41],
    [`{"features": {"${FEATURE}": true, "${FEATURE}": true}}`, `"${FEATURE}" is in it twice`, 47],
  ] as const) {
    t.deepEqual(parseDaemonJson(text), { problem, line: 1, column }, text);
    t.throws(() => mergeStoreJson(text), { instanceOf: UnreadableOutput });
  }
});

test('what is not well-formed is told as such, and nothing else is thrown', (t) => {
  fc.assert(
    fc.property(storeText.chain(corrupted), (text) => {
      const isSound = 'settings' in parseDaemonJson(text);
      try {
        assert.ok(isOnStore(merged(text)) && isSound);
      } catch (error) {
        assert.ok(error instanceof UnreadableOutput && !isSound, String(error));
      }
    }),
    { numRuns: 1000, includeErrorInReport: true },
  );
  t.pass();
});
