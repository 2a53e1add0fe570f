import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { COMMANDS } from '../../src/commands.ts';
import { cleanEnvironment } from '../lab/jobs.ts';
import { nodePath, repositoryPath } from '../lab/paths.ts';

// Arguments that are wrong whatever host it is: nothing is looked at, so these run right here.

const run = promisify(execFile);

async function dmtool(args: readonly string[]) {
  try {
    const argv = [`${repositoryPath}/bin/dmtool.js`, ...args];
    const { stdout, stderr } = await run(nodePath, argv, { env: { ...cleanEnvironment } });
    return { exitCode: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}

const device = ['setup', '--device', '/nonexistent/disk'];

const aboutDocker: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[...device, '--storage-opt', 'dm.mountopts=x'], /no such option; the nearest is dm\.mountopt$/],
  [[...device, '--storage-opt', 'mountopt'], /--storage-opt "mountopt": it takes name=value/],
  [[...device, '--storage-opt', 'dm.thinpooldev=/dev/x'], /--storage-opt "dm\.thinpooldev=\/dev\/x": /],
  [[...device, '--storage-opt', 'dm.use_deferred_removal=false'], /dmtool sets it by itself/],
  [[...device, '--min-free-space', '100'], /--min-free-space "100": /],
  [[...device, '--min-free-space', 'a lot'], /--min-free-space "a lot": /],
  [[...device, '--base-size', '0'], /--base-size "0": /],
  [[...device, '--fs', 'btrfs'], /--fs "btrfs": .*ext4/],
  ...[
    ['--min-free-space', '10'],
    ['--base-size', '10G'],
    ['--fs', 'xfs'],
    ['--storage-opt', 'dm.fs=xfs'],
  ].map(
    (flag) => [[...device, '--engine', 'none', ...flag], /is about Docker: it does not go with --engine none/] as const,
  ),
  [[...device, '--engine', 'none', '--carry-volumes'], /--carry-volumes is about Docker/],
  [[...device, '--engine', 'none', '--set-swarm-aside'], /--set-swarm-aside is about Docker/],
  [['setup', '--loop', '2G', '--engine', 'none'], /--loop: .* needs --engine docker/],
  [['setup', '--loop', '2G', '--engine', 'containerd', '--device', 'xvdf'], /--device is for a pool on disks/],
  [['setup', '--device', 'sdz', '--engine', 'containerd', '--carry-volumes'], /--carry-volumes is about Docker/],
  [[...device, '--loop', '2G'], /--device is for a pool on disks/],
  [['setup', '--loop', '2G', '--headroom'], /--headroom is for a pool on disks/],
  [['setup', '--loop', 'large'], /--loop "large": it takes a size like 100G/],
  [['setup', '--loop', '2G', '--metadata-size', '0'], /--metadata-size "0"/],
  [['setup', '--loop', '2G', '--storage-opt', 'dm.loopdatasize=1G'], /it has a flag of its own: --loop$/],
];

const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['setup'], /--device, or a VG .* --vg/],
  [['setup', '--device', ''], /--device is empty/],
  [['setup', '--vg', 'vg0', '--wipe'], /--wipe goes with --device/],
  [[...device, '--vg', 'a/b'], /--vg "a\/b"/],
  [[...device, '--vg=-x'], /--vg "-x"/],
  [[...device, '--pool', 'pool_tmeta'], /--pool "pool_tmeta"/],
  [[...device, '--data-size', '10G', '--data-percent', '90'], /--data-size and --data-percent/],
  [[...device, '--metadata-size', '1G', '--metadata-percent', '1'], /--metadata-size and --metadata-percent/],
  [[...device, '--data-size', '10 apples'], /--data-size "10 apples": it takes a size/],
  [[...device, '--data-size', '0'], /--data-size "0"/],
  [[...device, '--data-percent', '101'], /--data-percent "101"/],
  [[...device, '--metadata-percent', '0'], /--metadata-percent "0"/],
  [[...device, '--chunk-size', '32K'], /--chunk-size "32K": it takes 64K to 1G/],
  [[...device, '--chunk-size', '100K'], /--chunk-size "100K"/],
  [[...device, '--chunk-size', '2G'], /--chunk-size "2G"/],
  [[...device, '--autoextend-threshold', '40'], /--autoextend-threshold "40": .* from 50 to 100/],
  [[...device, '--autoextend-percent', '0'], /--autoextend-percent "0"/],
  [[...device, '--autoextend-percent', 'x'], /--autoextend-percent "x"/],
  [[...device, '--headroom', '--data-size', '1G'], /--headroom .* --data-size/],
  [[...device, '--wait', 'long'], /--wait "long"/],
  [[...device, '--engine', 'podman'], /--engine/],
  [[...device, '--no-such-flag'], /--no-such-flag/],
  [[...device, 'stray'], /stray/],
  ...aboutDocker,
  [['setup', '--device'], /--device/],
];

test('wrong arguments: exit 2, and one document that says which', async (t) => {
  for (const [args, says] of wrong) {
    const { exitCode, stdout, stderr } = await dmtool([...args, '--json']);
    const typed = args.join(' ');
    t.is(exitCode, 2, typed);
    t.is(stderr, '', typed);
    const document = JSON.parse(stdout);
    t.like(document, { version: 1, command: 'setup', exitCode: 2, outcome: 'error' }, typed);
    t.regex(document.error.message, says, typed);
    t.truthy(document.error.remedy, typed);
  }
});

test('the same as text: nothing on stdout, a line and a remedy on stderr', async (t) => {
  for (const [args, says] of [wrong[0], wrong[8], wrong.at(-1)].filter((each) => each !== undefined)) {
    const { exitCode, stdout, stderr } = await dmtool(args);
    t.is(exitCode, 2);
    t.is(stdout, '');
    t.regex(stderr, /^dmtool setup: .+\n {2}-> .+\n$/s);
    t.regex(stderr, says);
    t.notRegex(stderr, /\n\s+at /);
  }
});

test('what a terminal would obey is told and not done, and makes no second line', async (t) => {
  for (const args of [
    ['setup', '--device', 'sdz', '--vg=\u001b[2Ja\nb'],
    ['setup', '--device', 'sdz', '--engine=\u001b[2Ja\nb'],
    ['resize', '+\u001b[2J'],
    ['explain', '\u001b[2J\n'],
    ['\u001b[2J\n'],
  ]) {
    const { exitCode, stderr } = await dmtool(args);
    t.is(exitCode, 2, JSON.stringify(args));
    t.regex(stderr, /^dmtool[^\n]*: [^\n]*\\x1b\[2J[^\n]*\n {2}-> [^\n]+\n$/, JSON.stringify(args));
  }
});

test('help and version are told of dmtool and of each command, in either spelling', async (t) => {
  for (const command of [[], ['status'], ['device', 'list']]) {
    for (const flag of ['-h', '--help']) t.regex((await dmtool([...command, flag])).stdout, /USAGE/);
    for (const flag of ['-V', '--version']) {
      const { exitCode, stdout } = await dmtool([...command, flag]);
      t.regex(stdout, /^dmtool\/\d+\.\d+\.\d+ /);
      t.is(exitCode, 0);
    }
  }
});

test('the usage of each command names it, without stray blanks', async (t) => {
  for (const id of Object.keys(COMMANDS)) {
    const words = id.split(':');
    const [, usage = ''] = /^USAGE\n(.*?)\n\n/ms.exec((await dmtool([...words, '--help'])).stdout) ?? [];
    t.true(usage.startsWith(`  $ dmtool ${words.join(' ')}`), id);
    t.notRegex(usage, / \]/, id);
  }
});

test('a result that nobody can take is no crash', async (t) => {
  const typed = `"$0" "${repositoryPath}/bin/dmtool.js" schema setup`;
  const lost = async (command: string) => {
    const { stdout } = await run('bash', ['-c', `(${typed} ${command}) 2>&1; echo "\${PIPESTATUS[0]}"`, nodePath]);
    return stdout;
  };
  t.is(await lost('>&-'), '0\n');
  t.is(await lost('| head -c 1'), '{0\n');
  t.regex(await lost('> /dev/full'), /^dmtool: its result could not be written: ENOSPC: [^\n]+\n5\n$/);
});

test('arguments of teardown and cleanup', async (t) => {
  for (const args of [
    ['teardown', '--loop', '--vg', 'docker'],
    ['teardown', '--loop', '--pool', 'thinpool'],
    ['cleanup', 'stray'],
    ['cleanup', '--vg', 'docker'],
  ]) {
    const { exitCode, stdout } = await dmtool([...args, '--json']);
    t.is(exitCode, 2, args.join(' '));
    t.like(JSON.parse(stdout), { command: args[0], exitCode: 2, outcome: 'error' });
  }
});

test('arguments of status that are wrong are UNKNOWN', async (t) => {
  const text = await dmtool(['status', '--no-such-flag']);
  t.is(text.exitCode, 3);
  const json = await dmtool(['status', 'stray', '--json']);
  t.is(json.exitCode, 3);
  t.is(json.stderr, '');
  t.like(JSON.parse(json.stdout), { command: 'status', exitCode: 3 });
});
