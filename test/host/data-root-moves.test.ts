import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bringBack, setAside } from '../../src/host/data-root-moves.ts';
import { fill, folder } from './folder.ts';

// A mount point whose entries were half moved when the power went; at the next boot Docker made what it did not find.

const placeIn = (root: string) => ({
  root,
  backup: join(root, 'docker.bk'),
  isMountPoint: true,
  later: join(root, 'docker.bk.1'),
});

test('what was made under names that are aside already makes room for neither: it goes elsewhere', (t) => {
  const root = folder(t);
  fill(root, {
    'docker.bk.partial/image/a': 'first',
    'docker.bk.partial/tmp/': '',
    'image/a': 'later',
    'volumes/b': 'first',
    'tmp/': '',
    'lost+found/': '',
  });
  setAside(placeIn(root));
  t.deepEqual(readdirSync(root).toSorted(), ['docker.bk', 'docker.bk.1', 'lost+found']);
  t.deepEqual(readdirSync(join(root, 'docker.bk')).toSorted(), ['image', 'tmp', 'volumes']);
  t.is(readFileSync(join(root, 'docker.bk/image/a'), 'utf8'), 'first');
  t.is(readFileSync(join(root, 'docker.bk.1/image/a'), 'utf8'), 'later');
});

test('what comes back takes its names again', (t) => {
  const root = folder(t);
  fill(root, { 'docker.bk.partial/image/a': 'first', 'image/a': 'later', 'volumes/b': 'first' });
  bringBack(placeIn(root));
  t.deepEqual(readdirSync(root).toSorted(), ['docker.bk.1', 'image', 'volumes']);
  t.is(readFileSync(join(root, 'image/a'), 'utf8'), 'first');
  t.is(readFileSync(join(root, 'docker.bk.1/image/a'), 'utf8'), 'later');
});

test('a move that nothing cut off makes no such place', (t) => {
  const root = folder(t);
  fill(root, { 'image/a': 'first', 'volumes/b': 'first' });
  setAside(placeIn(root));
  t.deepEqual(readdirSync(root), ['docker.bk']);
  bringBack(placeIn(root));
  t.deepEqual(readdirSync(root).toSorted(), ['image', 'volumes']);
});
