import test from 'ava';
import { askForPlugin } from '../../src/host/containerd/plugin-status.ts';
import { CommandFailed, DeadlinePassed } from '../../src/host/errors.ts';
import type { Launcher } from '../../src/host/launcher.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { recorded } from '../tools/recorded.ts';

const answering = (run: Launcher['run']): Launcher => ({ run, [Symbol.asyncDispose]: async () => {} });
const saying = (stdout: string, exitCode = 0): Launcher =>
  answering(async (argv) => ({ argv, exitCode, stdout, stderr: 'ctr: connection refused\n' }));
const silent = answering(async (argv) => {
  throw new DeadlinePassed(argv, 1);
});
const ask = (launcher: Launcher, mayBeSilent: boolean) => askForPlugin('/run/c.sock', launcher, mayBeSilent);

test('a containerd that runs and does not answer is a finding to whoever looks, and unknown to whoever changes', async (t) => {
  t.is(await ask(saying('', 1), true), 'containerd does not answer');
  t.is(await ask(silent, true), 'containerd does not answer');
  await t.throwsAsync(ask(saying('', 1), false), { instanceOf: CommandFailed });
  await t.throwsAsync(ask(silent, false), { instanceOf: DeadlinePassed });
});

test('what it answers is told either way, and nonsense is no silence', async (t) => {
  for (const list of recorded('containerd', 'containerd-pool.plugins'))
    for (const mayBeSilent of [true, false]) t.is(await ask(saying(list), mayBeSilent), 'ok');
  await t.throwsAsync(ask(saying('hello'), true), { instanceOf: UnreadableOutput });
});
