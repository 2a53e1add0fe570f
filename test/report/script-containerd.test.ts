import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { renderScript, shellAction } from '../../src/report/script.ts';
import { containerdPlan, situateContainerd, situateStore, usualStore } from '../plan/containerd-situations.ts';
import { carryOut, setupPlan, teardownPlan } from '../plan/docker-runs.ts';
import { recorded } from '../tools/recorded.ts';

/** Runs it where `ctr` and `containerd` say that, whatever they are asked. */
function shellWhere(answer: string, script: string): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  try {
    writeFileSync(join(folder, 'answer'), answer);
    for (const name of ['ctr', 'containerd'])
      writeFileSync(join(folder, name), `#!/bin/sh\ncat ${folder}/answer\ntest -s ${folder}/answer\n`, { mode: 0o755 });
    const PATH = `${folder}:${process.env['PATH']}`;
    return spawnSync('sh', ['-c', script], { env: { PATH } }).status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a shell goes on once containerd calls its snapshotter ready, and not before', (t) => {
  const wait = shellAction({ kind: 'await', condition: { is: 'snapshotter', state: 'ok' }, deadlineMs: 300 });
  for (const text of recorded('containerd', 'containerd-pool.plugins')) t.is(shellWhere(text, wait), 0);
  for (const text of recorded('containerd', 'containerd-idle.plugins')) t.not(shellWhere(text, wait), 0);
});

test('a shell has containerd read its settings', (t) => {
  const condition = { is: 'containerd-config', path: "/it's", settings: {}, others: '' } as const;
  const check = shellAction({ kind: 'await', condition, deadlineMs: 1000 });
  t.is(shellWhere('root = ""', check), 0);
  t.not(shellWhere('', check), 0);
});

test('a directory of drop-ins goes with the last of them, and not before', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmtool-test-'));
  try {
    const path = join(folder, 'containerd.service.d');
    mkdirSync(path);
    for (const name of ['a.conf', 'b.conf']) writeFileSync(join(path, name), '');
    const remove = (name: string): number | null =>
      spawnSync('sh', ['-euc', shellAction({ kind: 'remove-file', path: join(path, name), prunes: true })]).status;
    t.is(remove('a.conf'), 0);
    t.true(existsSync(join(path, 'b.conf')));
    t.is(remove('b.conf'), 0);
    t.false(existsSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the scripts of setup and teardown with containerd are ones that a shell can read', (t) => {
  const alone = situateContainerd({ on: 'disk', scene: {}, wish: {} });
  const store = situateStore(usualStore());
  for (const { host, plan } of [
    { host: alone.host, plan: containerdPlan(alone.host, alone) },
    { host: store.host, plan: setupPlan(store) },
  ]) {
    for (const each of [plan, teardownPlan(carryOut(host, plan))]) {
      const script = renderScript(each);
      t.is(spawnSync('sh', ['-n'], { input: script }).status, 0);
      t.regex(script, /\nsystemctl restart -- containerd\.service\n/);
    }
  }
});
