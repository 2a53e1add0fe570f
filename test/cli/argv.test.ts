import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Errors, Parser } from '@oclif/core';
import test from 'ava';
import fc from 'fast-check';
import { BaseCommand } from '../../src/cli/base-command.ts';
import { containerdIntent } from '../../src/cli/containerd-intent.ts';
import { checkLook } from '../../src/cli/docker-devices.ts';
import { type DockerFlags, dockerIntent, loopIntent } from '../../src/cli/docker-intent.ts';
import { parseDuration } from '../../src/cli/duration.ts';
import { imageScope } from '../../src/cli/image-scope.ts';
import { checkAsked } from '../../src/cli/look.ts';
import { provisionIntent } from '../../src/cli/provision-intent.ts';
import { type ResizeFlags, resizeIntent } from '../../src/cli/resize-intent.ts';
import { runActivate } from '../../src/cli/run-activate.ts';
import { runAdopt } from '../../src/cli/run-adopt.ts';
import { runDeviceMount, runDeviceUnmount } from '../../src/cli/run-device-mount.ts';
import { runExplain } from '../../src/cli/run-explain.ts';
import { schemaText } from '../../src/cli/run-schema.ts';
import { runStatus } from '../../src/cli/run-status.ts';
import { runTeardown, teardownIntent } from '../../src/cli/run-teardown.ts';
import { positiveSize, type SetupFlags, setupIntent } from '../../src/cli/setup-intent.ts';
import { outputFile, type ThresholdFlags, thresholdWish } from '../../src/cli/status-wish.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { COMMANDS } from '../../src/commands.ts';
import { fill, folder } from '../host/folder.ts';
import { oddNumber } from '../tools/damage.ts';

/** What an operator, or a script that lost a variable, may hand over. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    ...['', ' ', '-', '--', '--yes', '-1', '0', '1e9', '0x1', 'NaN', '９', '1'.repeat(400), 'x'.repeat(5000)],
    ...['../../etc', '/dev/../etc/passwd', 'a b', 'a\nb', '\u001b[2J', '\u202egpj', '__proto__', 'constructor', '🐳'],
    ...['$(reboot)', ';', "'", '"', '\\', '%', '100G', '50', '60s', 'dm.fs=xfs', 'dm.=', '=', 'fs_options=a\nb'],
  ),
);

/** Sound words, so that the hostile one is reached. */
const SOUND: Readonly<Record<string, readonly string[]>> = {
  setup: ['--device', '/dev/xvdf'],
  resize: ['200G'],
  explain: [],
  schema: ['setup'],
  'device:show': ['7'],
  'device:mount': ['7', '/mnt'],
  'device:unmount': ['7'],
};

type Parsed = Record<string, unknown>;

/** What a command makes of its flags before it looks at anything. */
const READ: Readonly<Record<string, (flags: Parsed, args: Parsed) => unknown>> = {
  setup: (flags) => {
    const all = flags as unknown as SetupFlags & DockerFlags & { wait: string; provisioner: string };
    imageScope(all, 'docker/thinpool');
    parseDuration('--wait', all.wait);
    if (all.provisioner === 'docker') return provisionIntent(all);
    if (all.loop !== undefined)
      return [loopIntent(all), all.engine === 'containerd' ? containerdIntent(all) : dockerIntent(all, 'loop-lvm')];
    const engine = all.engine === 'containerd' ? containerdIntent(all) : dockerIntent(all, 'direct-lvm');
    return [engine, setupIntent(all, '')];
  },
  resize: (flags, args) => resizeIntent({ ...flags, size: args['size'] } as ResizeFlags, ''),
  status: (flags) => [
    thresholdWish(flags as ThresholdFlags),
    outputFile(flags['output'] as string | undefined),
    checkAsked(flags['pool'] as string | undefined),
  ],
  doctor: (flags) => checkAsked(flags['pool'] as string | undefined),
  teardown: (flags) => teardownIntent(flags),
  'device:list': (flags) => checkLook(flags),
  'device:show': (flags) => checkLook(flags),
  'device:unmount': (flags) => checkLook(flags),
  explain: (_, args) => runExplain(args['code'] as string | undefined).exitCode,
  schema: (_, args) => schemaText([args['command'], args['word']].filter(Boolean).join(' ')),
  'device:mount': (flags) => {
    checkLook(flags);
    return flags['size'] === undefined ? null : positiveSize('--size', flags['size'] as string);
  },
};

interface Spec {
  flags: Readonly<Record<string, { type: string; char?: string }>>;
  args: Readonly<Record<string, object>>;
}

const specOf = (id: string): Spec => {
  const { flags = {}, args = {} } = COMMANDS[id as keyof typeof COMMANDS] as unknown as Partial<Spec>;
  return { flags: { ...(BaseCommand.baseFlags as unknown as Spec['flags']), ...flags }, args };
};

/** The command's words with one or two of its flags, their values whatever comes; or a stray word. */
const argvOf = (id: string) => {
  const { flags } = specOf(id);
  const given = fc.tuple(fc.constantFrom(...Object.keys(flags)), hostile).map(([name, value]) => {
    const flag = flags[name];
    return { name, value, words: flag?.type === 'boolean' ? [`--${name}`] : [`--${name}=${value}`] };
  });
  const stray = hostile.map((value) => ({ name: '', value, words: [value] }));
  return fc.array(fc.oneof({ weight: 4, arbitrary: given }, stray), { minLength: 1, maxLength: 2 });
};

const read = async (id: string, argv: readonly string[]): Promise<unknown> => {
  const { flags, args } = specOf(id);
  const parsed = await Parser.parse([...argv], { flags, args, strict: true } as never);
  return READ[id]?.(parsed.flags as Parsed, parsed.args as Parsed);
};

for (const id of Object.keys(COMMANDS)) {
  test(`whatever it is given, it is read, or refused by a sentence that names the one that is wrong: ${id}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(argvOf(id), async (given) => {
        const argv = [...(SOUND[id] ?? []), ...given.flatMap(({ words }) => words)];
        try {
          assert.equal(oddNumber(await read(id, argv)), undefined);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          assert.ok(error instanceof Errors.CLIError, `${(error as Error).stack}`);
          if (error instanceof UsageError)
            assert.ok(
              given.some(({ name, value }) => error.message.includes(name) && error.message.includes(value)) ||
                given.some(({ name }) => name !== '' && error.message.includes(`--${name}`)),
              error.message,
            );
        }
      }),
      { numRuns: 300 },
    );
    t.pass();
  });
}

test('times are read to the millisecond, and no longer than a timer can run', (t) => {
  t.deepEqual(
    ['0', '90', '60s', '1440m'].map((text) => parseDuration('--wait', text)),
    [0, 90_000, 60_000, 86_400_000],
  );
  for (const text of ['', '1441m', '99999m', '86401', '1h', '-1', '1.5s'])
    t.throws(() => parseDuration('--wait', text), {
      instanceOf: UsageError,
      message: new RegExp(`^--wait "${text}": `),
    });
});

test('what status and the commands on a pool are given is refused before anything is looked at', async (t) => {
  const say = (): void => {};
  const plain = { 'dry-run': true, yes: false, json: false, verbose: false };
  for (const timeout of ['', '1', '-5', '1e3', '8s', 'x\n', '86401', '9'.repeat(400)])
    await t.throwsAsync(runStatus({ timeout, quiet: false, verbose: false }, true), {
      instanceOf: UsageError,
      message: `--timeout "${timeout}": it takes whole seconds, from 2 to 86400`,
    });
  await t.throwsAsync(runActivate({ ...plain, pool: '' }, say), { instanceOf: UsageError, message: /--pool is empty/ });
  await t.throwsAsync(runAdopt({ ...plain, pool: '' }, '', say), {
    instanceOf: UsageError,
    message: /--pool is empty/,
  });
});

test('an empty name means nothing, and no path that is empty the directory one is in', async (t) => {
  const say = (): void => {};
  const plain = { 'dry-run': true, yes: false, json: false, verbose: false };
  const refused = (run: Promise<unknown>, message: RegExp) => t.throwsAsync(run, { instanceOf: UsageError, message });
  await refused(runStatus({ timeout: '8', quiet: false, verbose: false, pool: '' }, true), /^--pool is empty/);
  await refused(runTeardown({ ...plain, loop: false, pool: '' }, '', say), /^--pool is empty/);
  await refused(runTeardown({ ...plain, loop: false, vg: '' }, '', say), /^--vg is empty/);
  await refused(runDeviceMount('7', '', { ...plain, writable: false }, say), /^DIR is empty/);
  await refused(runDeviceUnmount('', plain, say), /^DIR is empty/);
  await refused(runDeviceMount('7', '/mnt', { ...plain, writable: false, root: '' }, say), /^--root is empty/);
});

test('what is no regular file is not replaced by --output', async (t) => {
  const directory = folder(t);
  const link = join(directory, 'link');
  symlinkSync(join(directory, 'elsewhere'), link);
  for (const path of ['', '/dev/null', link, directory])
    await t.throwsAsync(runStatus({ timeout: '8', quiet: false, verbose: false, output: path }, true), {
      instanceOf: UsageError,
      message: new RegExp(`^--output "${path}": it `),
    });
  fill(directory, { 'dmtool.prom': '' });
  for (const name of ['dmtool.prom', 'new.prom']) t.is(outputFile(join(directory, name)), join(directory, name));
});
