import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeAtomically } from '../../src/host/files.ts';
import { fill, folder } from './folder.ts';

test('a file is replaced whole, with the mode that is asked for', (t) => {
  const root = folder(t);
  fill(root, { 'daemon.json': 'old' });
  writeAtomically(join(root, 'daemon.json'), 'new', 0o640);
  t.is(readFileSync(join(root, 'daemon.json'), 'utf8'), 'new');
  t.is(statSync(join(root, 'daemon.json')).mode & 0o777, 0o640);
  t.deepEqual(readdirSync(root), ['daemon.json']);
});

test('what can not be written is told by its own name, and nothing of it stays', (t) => {
  const root = folder(t);
  const missing = join(root, 'none', 'state.prom');
  t.like(
    t.throws(() => writeAtomically(missing, 'x', 0o644)),
    { code: 'ENOENT', syscall: 'open', path: missing },
  );
  const directory = join(root, 'taken');
  mkdirSync(directory);
  t.like(
    t.throws(() => writeAtomically(directory, 'x', 0o644)),
    { syscall: 'rename', path: directory },
  );
  t.deepEqual(readdirSync(root), ['taken']);
});
