import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { DeadlinePassed, ProgramMissing } from '../../src/host/errors.ts';
import { openLauncher } from '../../src/host/launcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
test.after.always(() => rmSync(folder, { recursive: true }));

const launcherWith = (lockFd: number | null = null) => openLauncher(lockFd, folder);

test('every word arrives as it was given', async (t) => {
  await using launcher = launcherWith();
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '\n', '\r', '$', '`', '!', ' ', '\x81', '\x7f', 'ä', '\u{10ffff}'),
    }),
    fc.constantFrom('', "'", "'\\''", '-n', '$(id)', '\n', '\\', '~', '{a,b}', '>&4', '#', 'a=b', "'\n'EOF\n"),
  );
  const words = fc.array(word.filter((each) => !each.includes('\0')));
  await fc.assert(
    fc.asyncProperty(words, async (argv) => {
      const { exitCode, stdout } = await launcher.run(['printf', '%s\\0', ...argv]);
      assert.equal(exitCode, 0);
      assert.equal(stdout, argv.length === 0 ? '\0' : argv.map((each) => `${each}\0`).join(''));
    }),
    { numRuns: 300 },
  );
  t.pass();
});

test('each program has its own exit code and output, and nothing to read', async (t) => {
  await using launcher = launcherWith();
  const sh = async (script: string) => {
    const { exitCode, stdout, stderr } = await launcher.run(['sh', '-c', script]);
    return [exitCode, stdout, stderr];
  };
  t.deepEqual(await sh('echo out; echo err >&2; exit 7'), [7, 'out\n', 'err\n']);
  t.deepEqual(await sh('exit 5'), [5, '', '']);
  t.deepEqual(await sh('cat; echo end'), [0, 'end\n', '']);
  t.is((await sh('kill -KILL $$'))[0], 137);
  t.deepEqual(await sh('head -c 300000 /dev/zero | tr "\\0" x'), [0, 'x'.repeat(300_000), '']);
  t.deepEqual(await sh('echo ä'), [0, 'ä\n', '']);
});

test('a program that is not there is known before anything starts', async (t) => {
  await using launcher = launcherWith();
  await t.throwsAsync(launcher.run(['dmtool-has-no-such-program']), { instanceOf: ProgramMissing });
});

test('programs have a clean environment, and a session that is not ours', async (t) => {
  await using launcher = launcherWith();
  const script = 'cut -d" " -f6 /proc/self/stat; echo "$LC_ALL $HOME"';
  const [session, environment] = (await launcher.run(['sh', '-c', script])).stdout.split('\n');
  t.not(session, execFileSync('cut', ['-d', ' ', '-f6', '/proc/self/stat'], { encoding: 'utf8' }).trim());
  t.is(environment, 'C ');
});

test('a program gets the lock only when it is to, and its output is in no folder even while it runs', async (t) => {
  const own = mkdtempSync(join(folder, 'own-'));
  const lock = openSync(join(own, 'lock'), 'a+');
  await using launcher = openLauncher(lock, own);
  const descriptors = async (passLock: boolean) =>
    (await launcher.run(['sh', '-c', 'readlink /proc/$$/fd/3 /proc/$$/fd/4'], { passLock })).stdout;
  t.is(await descriptors(false), '');
  t.is(await descriptors(true), `${own}/lock\n`);
  t.is((await launcher.run(['ls', own])).stdout, 'lock\n');
  closeSync(lock);
});

test('the lock is held until the launcher ends, but not by what a program left running', async (t) => {
  const path = join(folder, 'lock');
  const lock = openSync(path, 'a+');
  const launcher = launcherWith(lock);
  t.is((await launcher.run(['flock', '--exclusive', '--nonblock', '3'], { passLock: true })).exitCode, 0);
  closeSync(lock);
  const isFree = async (): Promise<boolean> => {
    await using other = launcherWith();
    return (await other.run(['flock', '--nonblock', path, 'true'])).exitCode === 0;
  };
  const { stdout: pid } = await launcher.run(['sh', '-c', 'setsid sleep 60 > /dev/null 2>&1 & echo $!']);
  t.false(await isFree());
  await launcher[Symbol.asyncDispose]();
  t.true(await isFree());
  process.kill(Number(pid));
});

test('a program that is late is given up with its shell, and the next one runs', async (t) => {
  await using launcher = launcherWith();
  const late = launcher.run(['sh', '-c', 'sleep 60; true'], { deadlineMs: 100 });
  const next = launcher.run(['echo', 'again'], { deadlineMs: 60_000 });
  await t.throwsAsync(late, {
    instanceOf: DeadlinePassed,
    message: "sh -c 'sleep 60; true' did not answer within 0.1 s",
  });
  t.is((await next).stdout, 'again\n');
});

test('what a program had said before it was given up is told', async (t) => {
  await using launcher = launcherWith();
  const late = launcher.run(['sh', '-c', 'echo "no input" >&2; kill -STOP $$'], { deadlineMs: 5000 });
  t.like(await t.throwsAsync(late, { instanceOf: DeadlinePassed }), { words: 'no input' });
});

test('the deadline of a program begins with it, and kills nobody else', async (t) => {
  await using launcher = launcherWith();
  const first = launcher.run(['sleep', '0.5']);
  const second = launcher.run(['echo', 'in time'], { deadlineMs: 400 });
  t.is((await first).exitCode, 0);
  t.is((await second).stdout, 'in time\n');
});

test('a shell that somebody kills is told, and the next program gets another one', async (t) => {
  await using launcher = launcherWith();
  const { stderr, exitCode } = await launcher.run(['sh', '-c', 'kill -KILL $PPID']);
  t.deepEqual([exitCode, stderr], [-1, '/bin/sh is lost: SIGKILL\n']);
  t.is((await launcher.run(['echo', 'again'])).stdout, 'again\n');
  // Killed between two programs.
  const { stdout: pid } = await launcher.run(['sh', '-c', 'echo $PPID']);
  process.kill(Number(pid), 'SIGKILL');
  await setTimeout(200);
  t.is((await launcher.run(['echo', 'and again'])).stdout, 'and again\n');
});
