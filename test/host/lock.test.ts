import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LockHeld, LockUnusable } from '../../src/host/errors.ts';
import { takeLock } from '../../src/host/lock.ts';
import { folder } from './folder.ts';

const patient = (timeoutMs: number, onWait: (held: LockHeld) => void) => ({ timeoutMs, onWait });

test('who finds the lock held is told by whom, at once', async (t) => {
  const directory = folder(t);
  await using _ = await takeLock('setup of docker/thinpool', undefined, directory);
  const wish = patient(0, () => t.fail('there is nothing to wait for'));
  const held = await t.throwsAsync(takeLock('resize', wish, directory), { instanceOf: LockHeld });
  t.is(held?.message, `another dmtool is at work (process ${process.pid}, setup of docker/thinpool)`);
});

test('who waits for the lock has it once it is free, and is told whom it waits for', async (t) => {
  const directory = folder(t);
  const first = await takeLock('setup of docker/thinpool', undefined, directory);
  let released: Promise<void> | undefined;
  const wish = patient(60_000, ({ holder }) => {
    t.is(holder, `process ${process.pid}, setup of docker/thinpool`);
    released = first[Symbol.asyncDispose]() as Promise<void>;
  });
  await using _ = await takeLock('resize', wish, directory);
  await released;
  t.is(readFileSync(join(directory, 'lock'), 'utf8'), `process ${process.pid}, resize\n`);
});

test('who has waited long enough is told by whom it is held', async (t) => {
  const directory = folder(t);
  await using _ = await takeLock('setup of docker/thinpool', undefined, directory);
  let told = '';
  const wish = patient(10, ({ message }) => {
    told = message;
  });
  const held = await t.throwsAsync(takeLock('resize', wish, directory), { instanceOf: LockHeld });
  t.is(held?.message, told);
});

test('a lock that is free again has no holder any more', async (t) => {
  const directory = folder(t);
  await (await takeLock('setup', undefined, directory))[Symbol.asyncDispose]();
  t.is(readFileSync(join(directory, 'lock'), 'utf8'), '');
});

test('nobody but its owner can hold the lock, however it was made', async (t) => {
  for (const mode of [0o644, 0o666]) {
    const directory = folder(t);
    const path = join(directory, 'lock');
    writeFileSync(path, '', { mode });
    await using _ = await takeLock('setup', undefined, directory);
    t.is(statSync(path).mode & 0o777, 0o600);
  }
});

test('a place where no lock can be is told as that', async (t) => {
  const path = join(folder(t), 'file');
  writeFileSync(path, '');
  const error = await t.throwsAsync(takeLock('setup', undefined, path), { instanceOf: LockUnusable });
  t.regex(error?.message ?? '', /lock can't be locked: E/);
});
