import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { CommandFailed } from '../../src/host/errors.ts';
import { reloadTable } from '../../src/tools/reload-table.ts';
import { spokenLine } from '../../src/tools/shell-line.ts';

/** Runs it with a dmsetup that writes down what it is told, and fails where it is told to. */
function reload(failing: RegExp): { calls: string[]; status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  try {
    const log = join(folder, 'log');
    writeFileSync(
      join(folder, 'dmsetup'),
      `#!/bin/sh\necho "$*" >> ${log}\n! echo "$*" | grep -Eq '${failing.source}'\n`,
    );
    chmodSync(join(folder, 'dmsetup'), 0o755);
    const [program, ...words] = reloadTable({ poolName: 'pool', table: 'new', formerTable: 'old' });
    const { status } = spawnSync(program, words, { env: { PATH: `${folder}:/usr/bin:/bin` } });
    return { status, calls: readFileSync(log, 'utf8').trim().split('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('loaded while I/O goes on, and then swapped in one call', (t) => {
  t.deepEqual(reload(/nothing/), { status: 0, calls: ['load --table new -- pool', 'resume -- pool'] });
});

test('a table that the kernel does not load leaves the live one alone', (t) => {
  t.deepEqual(reload(/table new/), { status: 1, calls: ['load --table new -- pool', 'clear -- pool'] });
});

test('a table that it loads and does not take makes room for the former one, so that nothing stays suspended', (t) => {
  const [tried, back] = [
    ['load --table new -- pool', 'resume -- pool'],
    ['load --table old -- pool', 'resume -- pool'],
  ];
  t.deepEqual(reload(/resume/), { status: 1, calls: [...tried, ...back, ...tried] });
  const calls = [...tried, 'load --table old -- pool', ...tried];
  t.deepEqual(reload(/resume|table old/), { status: 1, calls });
});

test('a sentence has no room for the script: it goes by its name', (t) => {
  const argv = reloadTable({ poolName: 'pool', table: 'a new one', formerTable: 'old' });
  t.is(new CommandFailed(argv, 1, '').message, "reload-table pool 'a new one' old failed with exit code 1");
  t.is(spokenLine(['sh', '-c', 'true', 'sh']), 'sh -c true sh');
  t.is(spokenLine(['lvs']), 'lvs');
});
