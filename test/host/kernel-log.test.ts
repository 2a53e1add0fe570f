import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readKernelLog } from '../../src/host/kernel-log.ts';
import { folder } from './folder.ts';

const WORD = '4,560,42500000,-;device-mapper: thin: 254:2: switching pool to read-only mode\n';

test('a log is read to its end, whatever stands in its place', (t) => {
  const path = join(folder(t), 'kmsg');
  writeFileSync(path, WORD);
  t.deepEqual(readKernelLog(path), {
    words: [{ number: '254:2', atSeconds: 42.5, text: 'switching pool to read-only mode' }],
    problem: null,
  });
  t.deepEqual(readKernelLog('/dev/null'), { words: [], problem: null });
});

test('a log that can not be read is told as that, and not as one that says nothing', (t) => {
  const directory = folder(t);
  t.regex(readKernelLog(join(directory, 'none')).problem ?? '', /^ENOENT/);
  t.regex(readKernelLog(directory).problem ?? '', /^EISDIR/);
});
