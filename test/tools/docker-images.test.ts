import test from 'ava';
import {
  dockerLoad,
  dockerSave,
  imagesPath,
  parseDaemonMessage,
  parseImageLayers,
  parseImageList,
  parseImageUsers,
  parseLayersSize,
  parseManifest,
} from '../../src/tools/docker-images.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { recorded } from './recorded.ts';

test('a daemon that was recorded tells its images, their layers and their users', (t) => {
  for (const text of recorded('docker', 'images.images.json')) {
    const images = parseImageList(text);
    t.deepEqual(images.flatMap(({ tags }) => tags).toSorted(), [
      ...['alone:1', 'box:1', 'first:1', 'registry.lab:5000/team/second:2', 'third:3', 'third:latest'],
    ]);
    t.true(images.every(({ sizeBytes }) => sizeBytes > 0n));
  }
  for (const text of recorded('docker', 'images.image.json')) t.is(parseImageLayers(text).length, 2);
  for (const text of recorded('docker', 'images.containers.json'))
    t.deepEqual(
      parseImageUsers(text).map(({ name }) => name),
      ['many'],
    );
  for (const text of recorded('docker', 'images.df.json')) t.true((parseLayersSize(text) ?? 0n) > 0n);
  for (const text of recorded('docker', 'images.error.json'))
    t.regex(parseDaemonMessage(text), /^[^{]*(does not exist|No such image)/);
});

test('an archive that was recorded tells its tags and configs', (t) => {
  for (const text of recorded('docker', 'images.manifest.json')) {
    const third = parseManifest(text).find(({ tags }) => tags.length === 2);
    t.deepEqual(third?.tags, ['third:3', 'third:latest']);
    t.regex(third?.configName ?? '', /^[0-9a-f]{64}\.json$/);
  }
});

test('what has no tag has none, and long names are the short ones', (t) => {
  const list = [
    { Id: 'sha256:0a', RepoTags: null, Size: 0 },
    { Id: 'sha256:0b', RepoTags: ['<none>:<none>', 'box:<none>'], Size: 1 },
    { Id: 'sha256:0c', RepoTags: ['docker.io/library/box:1', 'docker.io/me/box:1', 'quay.io/box:1'], Size: 2 },
  ];
  t.deepEqual(
    parseImageList(JSON.stringify(list)).map(({ tags }) => tags),
    [[], [], ['box:1', 'me/box:1', 'quay.io/box:1']],
  );
  t.throws(() => parseImageList('[{"Id":"../x","Size":1}]'), { instanceOf: UnreadableOutput });
  t.deepEqual(parseManifest('[{"Config":"blobs/sha256/0a"}]'), [{ configName: 'blobs/sha256/0a', tags: [] }]);
  t.deepEqual(parseImageLayers('{"RootFS":{"Type":"layers"}}'), []);
});

test('a container goes by its own name, not by one that a link gave it', (t) => {
  const list = [
    { ImageID: 'sha256:0a', Names: ['/web/db', '/db'] },
    { ImageID: 'sha256:0b', Names: [] },
  ];
  t.deepEqual(
    parseImageUsers(JSON.stringify(list)).map(({ name }) => name),
    ['db', ''],
  );
});

test('a version that does not count layers says nothing; an error is a message, or a text', (t) => {
  t.is(parseLayersSize('{}'), null);
  t.is(parseLayersSize('{"LayersSize":null}'), null);
  t.is(parseDaemonMessage(' oops\n'), 'oops');
});

test('all images are asked for at once', (t) => {
  t.is(imagesPath(['a:1', 'r:5000/b@x&y']), '/images/get?names=a%3A1&names=r%3A5000%2Fb%40x%26y');
  t.deepEqual(dockerSave('/a', ['b:1']), ['docker', 'save', '--output', '/a', '--', 'b:1']);
  t.deepEqual(dockerLoad('/a'), ['docker', 'load', '--quiet', '--input', '/a']);
});
