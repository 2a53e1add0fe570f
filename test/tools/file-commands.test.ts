import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Argv } from '../../src/tools/argv.ts';
import { clearDirectory, moveEntries, removeTree, unmount } from '../../src/tools/file-commands.ts';

const run = ([program, ...words]: Argv): number | null => spawnSync(program, words).status;

/** A mount point's data root with a copy set aside in it. */
function withRoot(use: (root: string, folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  const root = join(folder, "it's root");
  try {
    for (const name of ['image', '.hidden', 'docker.bk', 'docker.bk.1.partial', 'lost+found']) {
      mkdirSync(join(root, name), { recursive: true });
    }
    writeFileSync(join(root, '-rf'), '');
    use(root, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const KEPT = ['docker.bk', 'docker.bk.1.partial', 'lost+found'];

test('a data root is cleared of all but what was set aside in it, and what is of its filesystem', (t) => {
  withRoot((root) => {
    t.is(run(clearDirectory(root)), 0);
    t.deepEqual(readdirSync(root).sort(), KEPT);
    t.is(run(clearDirectory(root)), 0);
  });
});

test('the entries of a data root are moved, dotfiles too, apart from those', (t) => {
  withRoot((root) => {
    const backup = join(root, 'docker.bk');
    t.is(run(moveEntries(root, backup)), 0);
    t.deepEqual(readdirSync(root).sort(), KEPT);
    t.deepEqual(readdirSync(backup).sort(), ['-rf', '.hidden', 'image']);
  });
});

test('a directory is removed with all that is in it, and stays on its filesystem', (t) => {
  withRoot((root, folder) => {
    t.true(removeTree(root).includes('--one-file-system'));
    t.is(run(removeTree(root)), 0);
    t.false(existsSync(root));
    t.deepEqual(readdirSync(folder), []);
  });
});

test('umount takes one mount point', (t) => {
  t.deepEqual(unmount('/var/lib/docker'), ['umount', '--', '/var/lib/docker']);
});
