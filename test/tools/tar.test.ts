import { spawnSync } from 'node:child_process';
import test from 'ava';
import { paddedSize, parsePax, parseTarHeader, TAR_BLOCK_BYTES } from '../../src/tools/tar.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

const archive = (...words: readonly string[]): Buffer =>
  spawnSync('tar', ['--create', ...words], { cwd: import.meta.dirname }).stdout;

test('a header says what a file is called and how large it is, and zeros end an archive', (t) => {
  const bytes = archive('tar.test.ts');
  const header = parseTarHeader(bytes.subarray(0, TAR_BLOCK_BYTES));
  t.like(header, { name: 'tar.test.ts', type: '0' });
  const end = TAR_BLOCK_BYTES + paddedSize(header?.sizeBytes ?? 0);
  t.is(parseTarHeader(bytes.subarray(end, end + TAR_BLOCK_BYTES)), null);
  t.is(parseTarHeader(new Uint8Array(0)), null);
});

test('a very old archive says nothing of the type of a file', (t) => {
  t.is(parseTarHeader(archive('--format=v7', 'tar.test.ts').subarray(0, TAR_BLOCK_BYTES))?.type, '0');
});

test('a size or a name too large for a header stands before it', (t) => {
  const long = `${'x'.repeat(120)}.ts`;
  const bytes = archive('--format=pax', `--transform=s/.*/${long}/`, 'tar.test.ts');
  const header = parseTarHeader(bytes.subarray(0, TAR_BLOCK_BYTES));
  t.is(header?.type, 'x');
  const content = bytes.subarray(TAR_BLOCK_BYTES, TAR_BLOCK_BYTES + (header?.sizeBytes ?? 0)).toString();
  t.is(parsePax(content).name, long);
  t.deepEqual(parsePax('20 size=8589934592\n'), { sizeBytes: 8_589_934_592 });
});

test('a size that is none is refused: with one below zero nobody came to the end of an archive', (t) => {
  for (const size of ['-1024', '1e9', '', '9'.repeat(20)])
    t.throws(() => parsePax(`20 size=${size}\n`), { instanceOf: UnreadableOutput });
});
