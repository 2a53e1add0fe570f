import { statfsSync, symlinkSync } from 'node:fs';
import test from 'ava';
import { probeDataRoot } from '../../src/host/docker/data-root.ts';
import { isOwnMountPoint, mountsOfOthers, selfMounts } from '../../src/host/docker/data-root-mounts.ts';
import type { Mount } from '../../src/tools/mountinfo.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { fill, folder } from './folder.ts';

const repositories = (...tags: string[]): string =>
  JSON.stringify({ Repositories: { any: Object.fromEntries(tags.map((tag) => [tag, 'sha256:1'])) } });

test('everything in a data root that somebody may miss is told', (t) => {
  const root = `${folder(t)}/docker`;
  fill(root, {
    'overlay2/l/': '',
    'vfs/': '',
    'devicemapper/devicemapper/data': '',
    'devicemapper/setup-config.json':
      '{"Device":"/dev/sdb","ThinpPercent":95,"ThinpMetaPercent":1,"AutoExtendPercent":3,"AutoExtendThreshold":80}',
    'network/files/': '',
    'image/overlay2/repositories.json': repositories('box:1', 'box@sha256:2'),
    'image/devicemapper/repositories.json': repositories('web:2'),
    'image/vfs/': '',
    'volumes/files/_data/': '',
    'volumes/metadata.db': '',
    'volumes/broken/': '',
    'plugins/0a1b/config.json': '{"plugin":{"Name":"vieux/sshfs:latest"}}',
    'plugins/tmp/': '',
    'swarm/docker-state.json': '{}',
  });
  const { freeBytes, ...facts } = probeDataRoot(root, false);
  t.deepEqual(facts, {
    path: root,
    realPath: root,
    isEmpty: false,
    isMountPoint: false,
    backups: [],
    drivers: ['devicemapper', 'overlay2'],
    hasLoopFiles: true,
    ownSetup: { device: '/dev/sdb', dataPercent: 95, metadataPercent: 1, thresholdPercent: 80, stepPercent: 3 },
    images: ['web:2', 'box:1'],
    volumes: ['files'],
    plugins: ['vieux/sshfs:latest'],
    hasSwarm: true,
    mounts: [],
    selfMounts: [],
  });
  t.true(freeBytes > 0n);
});

test('one that is not there is empty, and has the room of where it would be', (t) => {
  const root = folder(t);
  const facts = probeDataRoot(`${root}/a/b/docker`, false);
  t.like(facts, {
    isEmpty: true,
    isMountPoint: false,
    ownSetup: null,
    drivers: [],
    images: [],
    volumes: [],
    plugins: [],
  });
  t.is(facts.freeBytes > 0n, statfsSync(root).bavail > 0);
});

test('a link is followed, and copies are looked for where the data is', (t) => {
  const root = folder(t);
  fill(root, { 'big/docker/lost+found/': '', 'big/docker.bk.1/': '', 'big/docker.bk/': '', 'docker.bk/': '' });
  symlinkSync('big/docker', `${root}/docker`);
  t.like(probeDataRoot(`${root}/docker`, false), {
    path: `${root}/docker`,
    realPath: `${root}/big/docker`,
    isEmpty: true,
    backups: [`${root}/big/docker.bk`, `${root}/big/docker.bk.1`].map((path) => ({
      path,
      hasVolumes: false,
      uses: [],
    })),
  });
});

test('moves and removals that were cut off are told as they are', (t) => {
  const root = folder(t);
  const names = ['docker.bk', 'docker.bk.1.removing', 'docker.bk.2.partial'];
  fill(
    root,
    Object.fromEntries([...names, 'docker', 'docker.bk.partial.old', 'docker.old'].map((name) => [`${name}/`, ''])),
  );
  t.deepEqual(
    probeDataRoot(`${root}/docker`, false).backups.map(({ path }) => path),
    names.map((name) => `${root}/${name}`),
  );
});

test('in a mount point the copies lie inside, and do not fill it', (t) => {
  const { backups, isEmpty, isMountPoint, mounts } = probeDataRoot('/proc', false);
  t.deepEqual({ backups, isEmpty, isMountPoint }, { backups: [], isEmpty: false, isMountPoint: true });
  t.false(mounts.includes('/proc'));
});

test('an unreadable list of images is not taken for none', (t) => {
  const root = folder(t);
  fill(root, { 'image/overlay2/repositories.json': '{"Repositories":' });
  t.throws(() => probeDataRoot(root, false), { instanceOf: UnreadableOutput });
});

const ROOT = '/var/lib/docker';
const mount = (mountPoint: string, filesystem = 'ext4', more: Partial<Mount> = {}): Mount => {
  const [id, parentId] = [mountPoint, '/'];
  return { id, parentId, deviceNumber: '8:16', root: '/', mountPoint, filesystem, source: '/dev/sdb', ...more };
};
const system = mount('/', 'ext4', { deviceNumber: '8:1', parentId: 'none' });
const ontoItself = (path: string, parentId = '/'): Mount =>
  mount(path, 'ext4', { deviceNumber: '8:1', root: path, parentId });

test('what Docker mounts by itself is nobody else’s', (t) => {
  const own = [
    mount(`${ROOT}/overlay2/0a/merged`, 'overlay'),
    mount(`${ROOT}/containers/0a/mounts/shm`, 'tmpfs'),
    mount(`${ROOT}/devicemapper/mnt/0a`, 'xfs'),
  ];
  t.deepEqual(mountsOfOthers(ROOT, [system, mount(ROOT), ...own], true), []);
  const foreign = [mount(`${ROOT}/volumes/nfs/_data`, 'nfs4'), mount(`${ROOT}/volumes`), mount(`${ROOT}.bk`)];
  t.deepEqual(mountsOfOthers(ROOT, [system, ...own, ...foreign, mount(`${ROOT}/volumes`)], true), [
    `${ROOT}/volumes/nfs/_data`,
    `${ROOT}/volumes`,
  ]);
});

test('a filesystem of its own, also a part of the same one, makes a mount point; dockerd’s own doing does not', (t) => {
  t.true(isOwnMountPoint(ROOT, [system, mount(ROOT)]));
  t.true(isOwnMountPoint(ROOT, [system, mount(ROOT, 'ext4', { deviceNumber: '8:1', root: '/srv/docker' })]));
  t.false(isOwnMountPoint(ROOT, [system, ontoItself(ROOT)]));
  t.false(isOwnMountPoint(ROOT, [system, mount(`${ROOT}/volumes`)]));
});

test('where no daemon runs, what it mounted for a container is one that outlived it', (t) => {
  const merged = mount(`${ROOT}/overlay2/0a/merged`, 'overlay');
  t.deepEqual(mountsOfOthers(ROOT, [system, merged], false), [merged.mountPoint]);
});

test('what dockerd mounted over itself is nobody else’s, and is unmounted from the inside out, as often as it is there', (t) => {
  const left = [system, ontoItself(ROOT), ontoItself(`${ROOT}/overlay2`, ROOT), ontoItself(ROOT)];
  t.deepEqual(mountsOfOthers(ROOT, left, false), []);
  t.deepEqual(selfMounts(ROOT, left), [`${ROOT}/overlay2`, ROOT, ROOT]);
});
