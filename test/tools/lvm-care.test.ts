import test from 'ava';
import { lvchangeMarks, lvchangeRefreshAt, lvchangeUnmonitor } from '../../src/tools/lvm-care.ts';

test('marks of a pool are put on and taken off in one call each', (t) => {
  const marks = (each: Parameters<typeof lvchangeMarks>[2]): string =>
    lvchangeMarks('docker', 'thinpool', each).join(' ');
  t.is(
    marks({ profile: 'p', addTags: ['one', 'two'] }),
    'lvchange --metadataprofile p --addtag one --addtag two -- docker/thinpool',
  );
  t.is(
    marks({ profile: null, removeTags: ['one', 'two'] }),
    'lvchange --detachprofile --deltag one --deltag two -- docker/thinpool',
  );
  t.is(marks({ addTags: ['one'] }), 'lvchange --addtag one -- docker/thinpool');
});

test('monitoring ends, and a mark is set for another threshold', (t) => {
  t.is(lvchangeUnmonitor('docker', 'thinpool').join(' '), 'lvchange --monitor n -- docker/thinpool');
  t.is(
    lvchangeRefreshAt('docker', 'thinpool', 100).join(' '),
    'lvchange --refresh --config activation/thin_pool_autoextend_threshold=100 -- docker/thinpool',
  );
});
