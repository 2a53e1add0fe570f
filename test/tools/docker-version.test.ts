import test from 'ava';
import { parseDockerdVersion } from '../../src/tools/docker-version.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

test('a version is told with what a distribution adds to it', (t) => {
  t.is(parseDockerdVersion('Docker version 20.10.24+dfsg1, build 5d6db84\n'), '20.10.24+dfsg1');
  t.is(parseDockerdVersion('Docker version 18.09.1, build 4c52b90\n'), '18.09.1');
});

test('what is no version is refused', (t) => {
  for (const text of ['', 'podman version 4.3.1', 'Docker version dev', 'usage: dockerd'])
    t.throws(() => parseDockerdVersion(text), { instanceOf: UnreadableOutput }, text);
});
