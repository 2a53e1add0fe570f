import { chmodSync, symlinkSync } from 'node:fs';
import test from 'ava';
import { probeConfig } from '../../src/host/docker/config.ts';
import { fill, folder } from './folder.ts';

test('daemon.json is told with what has to be kept of it', (t) => {
  const root = folder(t);
  fill(root, { 'daemon.json': '{}\n' });
  chmodSync(`${root}/daemon.json`, 0o640);
  t.deepEqual(probeConfig(`${root}/daemon.json`), {
    path: `${root}/daemon.json`,
    realPath: `${root}/daemon.json`,
    content: '{}\n',
    mode: 0o640,
    owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    backups: [],
  });
});

test('one that is not there, nor its directory, gets the usual rights', (t) => {
  const path = `${folder(t)}/etc/docker/daemon.json`;
  const missing = { path, realPath: path, content: null, mode: 0o644, owner: { uid: 0, gid: 0 }, backups: [] };
  t.deepEqual(probeConfig(path), missing);
});

test('a link is followed to where the file is', (t) => {
  const root = folder(t);
  fill(root, { 'conf/real.json': '{}', 'conf/real.json.bk': 'old', 'etc/daemon.json.bk': 'of nobody' });
  symlinkSync('../conf/real.json', `${root}/etc/daemon.json`);
  t.like(probeConfig(`${root}/etc/daemon.json`), {
    path: `${root}/etc/daemon.json`,
    realPath: `${root}/conf/real.json`,
    content: '{}',
    backups: [`${root}/conf/real.json.bk`],
  });
});

test('links that lead to nothing tell what would be made', (t) => {
  const root = folder(t);
  fill(root, { 'etc/': '', 'srv/': '' });
  symlinkSync('../srv/conf', `${root}/etc/docker`);
  symlinkSync('/nowhere/daemon.json', `${root}/etc/absolute.json`);
  t.is(probeConfig(`${root}/etc/docker/daemon.json`).realPath, `${root}/srv/conf/daemon.json`);
  t.is(probeConfig(`${root}/etc/absolute.json`).realPath, '/nowhere/daemon.json');
});

test('a circle of links is no place', (t) => {
  const root = folder(t);
  symlinkSync('b', `${root}/a`);
  symlinkSync('a', `${root}/b`);
  t.throws(() => probeConfig(`${root}/a`), { message: /too many symbolic links/ });
});

test('older copies come in the order in which they were made; other names are no copies', (t) => {
  const root = folder(t);
  const names = ['daemon.json.bk.10', 'daemon.json.bk', 'daemon.json.bk.2'];
  const others = ['daemon.json.bk.old', 'daemon.json.bak', 'daemon.json.bk.', 'my-daemon.json.bk', 'daemonxjson.bk'];
  fill(root, Object.fromEntries(['daemon.json', ...names, ...others].map((name) => [name, ''])));
  t.deepEqual(
    probeConfig(`${root}/daemon.json`).backups,
    ['.bk', '.bk.2', '.bk.10'].map((ending) => `${root}/daemon.json${ending}`),
  );
});
