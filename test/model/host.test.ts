import test from 'ava';
import { fileContent, findVg } from '../../src/model/host.ts';
import { blankHost, volumeGroup } from '../plan/hosts.ts';

test('a VG is found by its whole name', (t) => {
  const host = { ...blankHost([]), volumeGroups: [volumeGroup('docker'), volumeGroup('dock')] };
  t.is(findVg(host, 'dock')?.name, 'dock');
  t.is(findVg(host, 'doc'), undefined);
});

test('a file that is not there and one that was not looked at both have no content', (t) => {
  const host = {
    ...blankHost([]),
    files: [
      { path: '/a', content: 'text' },
      { path: '/b', content: null },
    ],
  };
  t.is(fileContent(host, '/a'), 'text');
  t.is(fileContent(host, '/b'), null);
  t.is(fileContent(host, '/c'), null);
});
