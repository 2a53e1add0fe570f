import test from 'ava';
import { isWorkLeft, renderFilesystems } from '../../src/report/filesystems.ts';

test('filesystems that are sound are counted, all others named', (t) => {
  const sound = { name: 'docker/one', verdict: 'sound', detail: '' } as const;
  t.is(renderFilesystems([sound, sound]), 'Filesystems: 2 of 2 are sound.');
  t.is(
    renderFilesystems([sound, { name: 'docker/two', verdict: 'unclear', detail: 'mount it' }]),
    'Filesystems: 1 of 2 are sound; the others:\n  docker/two: not clear (mount it)',
  );
  t.regex(
    renderFilesystems([{ name: 'docker/two', verdict: 'damaged', detail: 'exit code 4' }]),
    /docker\/two: DAMAGED \(exit code 4\)\nMend those/,
  );
  t.regex(
    renderFilesystems([{ name: 'docker/two', verdict: 'lost', detail: 'gone' }]),
    /LOST \(gone\)\n.* what is LOST/,
  );
});

test('what nobody knows of is work that is left, and what is no filesystem is none', (t) => {
  const isLeft = (verdict: 'sound' | 'damaged' | 'unclear' | 'unchecked' | 'none' | 'lost') =>
    isWorkLeft({ name: 'one', verdict, detail: '' });
  for (const verdict of ['damaged', 'unclear', 'unchecked', 'lost'] as const) t.true(isLeft(verdict), verdict);
  for (const verdict of ['sound', 'none'] as const) t.false(isLeft(verdict), verdict);
});
