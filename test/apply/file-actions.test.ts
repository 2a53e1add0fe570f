import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { filePerformer } from '../../src/apply/file-actions.ts';

const inScratch = (check: (directory: string) => void): void => {
  const directory = mkdtempSync(join(tmpdir(), 'dmtool-files-'));
  try {
    check(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const write = (path: string) => ({ kind: 'write-file', path, content: 'x\n', mode: 0o600 }) as const;

test('a file that is taken back takes the directory with it that was made for it', (t) => {
  inScratch((scratch) => {
    const perform = filePerformer();
    const path = join(scratch, 'unit.d', 'file');
    perform(write(path));
    t.is(readFileSync(path, 'utf8'), 'x\n');
    perform({ kind: 'remove-file', path });
    t.deepEqual(readdirSync(scratch), []);
  });
});

test('a write that fails leaves none of the directories that were made for it', (t) => {
  inScratch((scratch) => {
    const perform = filePerformer();
    perform(write(join(scratch, 'kept', 'file')));
    const tooLong = 'x'.repeat(300);
    for (const path of [join(scratch, 'one', 'two', tooLong), join(scratch, 'kept', 'below', tooLong)])
      t.throws(() => perform(write(path)), { code: 'ENAMETOOLONG' });
    t.deepEqual(readdirSync(scratch), ['kept']);
    t.deepEqual(readdirSync(join(scratch, 'kept')), ['file']);
    t.true(existsSync(scratch));
  });
});
