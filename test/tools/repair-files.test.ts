import test from 'ava';
import type { FilesystemCheck } from '../../src/model/repair.ts';
import { formatCheck, formatFilesystems, parseCheck, parseFilesystems } from '../../src/tools/repair-files.ts';

test('what was found of metadata is read again; what a cut left of it says nothing', (t) => {
  for (const isSound of [true, false])
    for (const isFull of [true, false]) t.deepEqual(parseCheck(formatCheck({ isSound, isFull })), { isSound, isFull });
  for (const text of [null, '', 'sound=yes\n', 'full=no\n']) t.is(parseCheck(text), null);
});

test('what was found of filesystems is read again, a line each, whatever a program said', (t) => {
  const checks: FilesystemCheck[] = [
    { name: 'docker/one', verdict: 'sound', detail: '' },
    { name: 'device 3 of Docker', verdict: 'damaged', detail: 'exit code 4' },
  ];
  t.deepEqual(parseFilesystems(formatFilesystems(checks)), checks);
  const many = formatFilesystems([{ name: 'x', verdict: 'unchecked', detail: 'two\nlines\tand more' }]);
  t.is(many, 'unchecked\tx\ttwo lines and more\n');
  t.deepEqual(parseFilesystems('nonsense\n'), []);
  t.deepEqual(parseFilesystems('unclear'), [{ name: '', verdict: 'unclear', detail: '' }]);
  t.is(parseFilesystems(null), null);
});
