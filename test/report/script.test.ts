import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { planSetup } from '../../src/plan/setup.ts';
import type { Plan } from '../../src/plan/step.ts';
import { renderScript, shellAction, shellLine, shellWord } from '../../src/report/script.ts';
import { GIB, MIB } from '../../src/units/quantity.ts';
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

test('a file at the very top needs no folder of its own', (t) => {
  const text = shellAction({ kind: 'write-file', path: '/a', content: '', mode: 0o600 });
  t.is(text, "mkdir -p /\ncat > /a <<'END'\nEND\nchmod 600 /a");
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

test('the script is one that a shell can read', (t) => {
  t.is(spawnSync('sh', ['-n'], { input: renderScript(plan(GIB)) }).status, 0);
});

test('the script tells the warnings as comments', (t) => {
  t.regex(renderScript(plan(64n * MIB)), /^# Warning: The VG has no room/m);
});
