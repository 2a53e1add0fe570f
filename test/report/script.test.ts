import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { exec } from '../../src/plan/make-step.ts';
import { planSetup } from '../../src/plan/setup.ts';
import type { Action, Plan, Step } from '../../src/plan/step.ts';
import { renderScript, shellAction, shellLine, shellWord } from '../../src/report/script.ts';
import { GIB, MIB } from '../../src/units/quantity.ts';
import { usedTree } from '../plan/docker-hosts.ts';
import { carryOut, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { situate } from '../plan/docker-situations.ts';
import { blankHost, disk, wish } from '../plan/hosts.ts';

const sh = (script: string) => spawnSync('sh', ['-c', script], { encoding: 'buffer' });

test('plain words stay as they are, all others are quoted', (t) => {
  t.is(shellWord('/dev/sdb'), '/dev/sdb');
  t.is(shellWord('docker/thinpool'), 'docker/thinpool');
  t.is(shellWord(''), "''");
  t.is(shellWord("it's"), "'it'\\''s'");
  for (const word of ['a b', '$x', '~', '*', 'a;b', 'a\n', '#', '!', '"', '`', '\\', 'ä'])
    t.is(shellWord(word), `'${word}'`);
});

test('a shell reads every command line back word for word', (t) => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.constantFrom('', "'", "''", '-n', '$(id)', '\n', '\\', '~', '{a,b}'),
  );
  const words = fc.array(
    word.filter((each) => !each.includes('\0')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(words, (argv) => {
      const printed = sh(`printf '%s\\0' ${shellLine(argv)}`).stdout;
      assert.deepEqual(printed, Buffer.from(argv.map((each) => `${each}\0`).join('')));
    }),
    { numRuns: 150 },
  );
  t.pass();
});

test('a file is written by a shell as dmtool writes it, with its folder and its mode', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  try {
    const path = join(folder, "it's new", 'a.profile');
    const content = "# $HOME `id` \\ 'x'\nactivation {\n\tkey=1\n}\n";
    const { status } = sh(`umask 077; ${shellAction({ kind: 'write-file', path, content, mode: 0o644 })}`);
    t.is(status, 0);
    t.is(readFileSync(path, 'utf8'), content);
    t.is(statSync(path).mode & 0o777, 0o644);
    t.is(sh(shellAction({ kind: 'remove-file', path })).status, 0);
    t.throws(() => statSync(path), { code: 'ENOENT' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a shell writes every text as it is, with or without a line end, and gives it back to its owner', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  try {
    const path = join(folder, 'daemon.json');
    const write = (content: string, owner = { uid: 0, gid: 0 }): string =>
      shellAction({ kind: 'write-file', path, content, mode: 0o600, owner });
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('{}', 'a\nEND\nb\n', 'END', ''),
    );
    fc.assert(
      fc.property(
        text.filter((each) => !each.includes('\0')),
        (content) => {
          assert.equal(sh(`umask 022; ${write(content)}\ntouch ${join(folder, 'after')}`).status, 0);
          assert.equal(readFileSync(path, 'utf8'), content);
          rmSync(join(folder, 'after'));
        },
      ),
      { numRuns: 60 },
    );
    t.regex(write('', { uid: 5, gid: 0 }), /\nchown 5:0 -- \S+$/);
    t.notRegex(write(''), /chown/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file at the very top needs no folder of its own', (t) => {
  const text = shellAction({ kind: 'write-file', path: '/a', content: '', mode: 0o600 });
  t.is(text, "mkdir -p -- /\n(umask 077; cat > /a) <<'END'\nEND\nchmod 600 -- /a");
});

const plan = (sizeBytes: bigint): Plan =>
  (planSetup(blankHost([disk('/dev/sdb', sizeBytes)]), wish()) as { plan: Plan }).plan;

test('the script stops at the first failure, names each step, runs each command, and ends with the way back', (t) => {
  const { steps, wayBack } = plan(GIB);
  const script = renderScript(plan(GIB));
  t.regex(script, /^#!\/bin\/sh\n/);
  t.true(script.indexOf('set -eu') < script.indexOf('pvcreate --uuid'));
  let place = 0;
  for (const step of steps) {
    const next = script.indexOf(`# ${step.title}\n`);
    const typed = script.indexOf(shellAction(step.do), next);
    t.true(next > place && typed > next, step.id);
    place = typed;
  }
  for (const action of wayBack) t.true(script.indexOf(`#   ${shellAction(action)}`) > place);
  t.true(script.indexOf('#   (set -e\n') > place);
  t.regex(script, /^# {3}\)\n$/m);
});

test('a step that nothing needs stops nobody who runs the script', (t) => {
  const whole = plan(GIB);
  const [first, second] = whole.steps as [Step, Step];
  const run = (apart: Pick<Step, 'isApart'>) => {
    const steps = [
      { ...first, ...apart, do: exec(['false']) },
      { ...second, do: exec(['echo', 'through']) },
    ];
    return spawnSync('sh', ['-c', renderScript({ ...whole, steps, wayBack: [] })], { encoding: 'utf8' });
  };
  t.like(run({ isApart: true }), { status: 4, stdout: 'through\n', stderr: `${first.title}: failed\n` });
  t.like(run({}), { stdout: '', status: 1 });
});

test('where nothing is to be done the script says so', (t) => {
  const script = renderScript({ ...plan(GIB), steps: [], wayBack: [] });
  t.regex(script, /^# .*nothing to do, nothing changed\.$/m);
  t.is(spawnSync('sh', ['-c', script]).status, 0);
});

test('a table that the kernel does not take is followed by the former one', (t) => {
  const text = shellAction({ kind: 'reload-table', poolName: 'a pool', table: '0 8 x', formerTable: '0 4 x' });
  const load = (table: string): string => `dmsetup load --table '${table}' -- 'a pool'`;
  const resume = "dmsetup resume -- 'a pool'";
  t.deepEqual(text.split('\n'), [
    load('0 8 x'),
    `${resume} || {`,
    `  { ${load('0 4 x')} && ${resume}; } ||`,
    `  { ${load('0 8 x')} && ${resume}; }`,
    '  exit 1',
    '}',
  ]);
  t.is(spawnSync('sh', ['-n'], { input: text }).status, 0);
});

test('the script is one that a shell can read', (t) => {
  t.is(spawnSync('sh', ['-n'], { input: renderScript(plan(GIB)) }).status, 0);
});

test('each action on Docker is one that a shell can read', (t) => {
  const place = { root: "/it's/docker", backup: "/it's/docker.bk" };
  const services = { kind: 'service', manager: 'systemd', names: ['docker.socket', 'docker.service'] } as const;
  const actions: Action[] = [
    { kind: 'move', from: '/a b', to: '/c' },
    { kind: 'set-aside', ...place, isMountPoint: false },
    { kind: 'set-aside', ...place, isMountPoint: true },
    { kind: 'bring-back', ...place, isMountPoint: false },
    { kind: 'bring-back', ...place, isMountPoint: true },
    { ...services, verb: 'start' },
    { ...services, verb: 'stop' },
    { kind: 'await', condition: { is: 'docker-answers' }, deadlineMs: 120_000 },
    { kind: 'await', condition: { is: 'data-root-quiet' }, deadlineMs: 1000 },
    { kind: 'release-root', root: "/it's/docker", isMountPoint: false },
    { kind: 'release-root', root: "/it's/docker", isMountPoint: true },
    { kind: 'release-pool', poolName: 'docker-thin--pool' },
    { kind: 'empty-pool', poolName: 'docker-thin--pool', root: "/it's/docker" },
  ];
  for (const action of actions)
    t.is(spawnSync('sh', ['-n'], { input: shellAction(action) }).status, 0, shellAction(action));
  t.is(shellAction(actions[0] as Action), "mv --no-target-directory -- '/a b' /c");
  t.regex(
    shellAction(actions[5] as Action),
    /reset-failed .* \|\| :\nsystemctl start --no-block -- docker\.socket docker\.service$/,
  );
  t.regex(shellAction(actions[7] as Action), /^timeout 120 /);
  t.is(shellAction(actions[8] as Action), ':');
  t.is(shellAction(actions[10] as Action), ':');
});

test('a shell moves a data root aside and back, as a whole or out of its mount point', (t) => {
  for (const isMountPoint of [false, true]) {
    const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
    try {
      const root = join(folder, "it's docker");
      const backup = isMountPoint ? join(root, 'docker.bk') : `${root}.bk`;
      mkdirSync(join(root, 'image'), { recursive: true });
      mkdirSync(join(root, '.hidden'));
      const place = { root, backup, isMountPoint };
      t.is(sh(shellAction({ kind: 'set-aside', ...place })).status, 0);
      t.deepEqual(readdirSync(backup).sort(), ['.hidden', 'image']);
      t.deepEqual(readdirSync(root), isMountPoint ? ['docker.bk'] : []);
      t.is(sh(shellAction({ kind: 'bring-back', ...place })).status, 0);
      t.deepEqual(readdirSync(root).sort(), ['.hidden', 'image']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test('scripts of setup with Docker and of teardown are ones that a shell can read', (t) => {
  const recipe = {
    on: 'disk',
    scene: { tree: usedTree(), config: '{}\n' },
    carryVolumes: true,
    storageOptions: [],
  } as const;
  const situation = situate(recipe);
  const setup = setupPlan(situation);
  const teardown = teardownPlan(carryOut(situation.host, setup));
  for (const each of [setup, teardown]) {
    const script = renderScript(each);
    t.is(spawnSync('sh', ['-n'], { input: script }).status, 0);
    const undo = script.match(/^# {3}(.*)$/gm)?.map((line) => line.slice(4)) ?? [];
    t.is(spawnSync('sh', ['-n'], { input: undo.join('\n') }).status, 0);
  }
});

test('what there is no way back from does not pretend to have one', (t) => {
  t.notRegex(renderScript({ ...plan(GIB), wayBack: [] }), /To undo/);
});

test('the script tells the warnings as comments', (t) => {
  t.regex(renderScript(plan(64n * MIB)), /^# Warning: The VG has no room/m);
});

test('a line end in a name makes no command of what follows it', (t) => {
  const some = plan(64n * MIB);
  const [step] = some.steps as [Plan['steps'][0]];
  const evil = 'x\ntouch /tmp/evil';
  const script = renderScript({ ...some, warnings: [evil], steps: [{ ...step, title: evil, destroys: evil }] });
  t.notRegex(script, /^touch/m);
  t.notRegex(shellAction({ kind: 'empty-pool', poolName: 'pool', root: evil }), /^touch/m);
});
