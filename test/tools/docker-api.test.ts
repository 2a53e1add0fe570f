import test from 'ava';
import { parseContainer, parseContainerIds, parseInfo, parsePluginName } from '../../src/tools/docker-api.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

const info = {
  ServerVersion: '20.10.24+dfsg1',
  Driver: 'devicemapper',
  DriverStatus: [
    ['Pool Name', 'docker-thinpool'],
    ['Data Space Total', '10.2GB'],
  ],
  DockerRootDir: '/var/lib/docker',
  LiveRestoreEnabled: true,
  Swarm: { LocalNodeState: 'active', NodeID: 'x' },
  More: 'than is read',
};

test('the daemon tells its driver, its data root and what must not be stopped lightly', (t) => {
  t.deepEqual(parseInfo(JSON.stringify(info)), {
    version: '20.10.24+dfsg1',
    info: {
      driver: 'devicemapper',
      driverStatus: { 'Pool Name': 'docker-thinpool', 'Data Space Total': '10.2GB' },
      dataRoot: '/var/lib/docker',
      liveRestore: true,
      swarm: true,
    },
  });
});

test('what old daemons and plain ones leave out is off', (t) => {
  const bare = { ServerVersion: '1', Driver: 'vfs', DriverStatus: null, DockerRootDir: '/d' };
  const off = { driver: 'vfs', driverStatus: {}, dataRoot: '/d', liveRestore: false, swarm: false };
  t.deepEqual(parseInfo(JSON.stringify(bare)).info, off);
  for (const state of ['', 'inactive'])
    t.deepEqual(parseInfo(JSON.stringify({ ...bare, Swarm: { LocalNodeState: state } })).info, off);
  t.true(parseInfo(JSON.stringify({ ...bare, Swarm: { LocalNodeState: 'locked' } })).info.swarm);
});

test('an id that could lead elsewhere is refused', (t) => {
  t.deepEqual(parseContainerIds('[{"Id":"0a1b","Names":["/a"]}]'), ['0a1b']);
  t.deepEqual(parseContainerIds('[]'), []);
  t.throws(() => parseContainerIds('[{"Id":"../info"}]'), { instanceOf: UnreadableOutput });
});

const container = {
  Id: '0a1b',
  Name: '/web',
  Config: { Image: 'nginx:1' },
  State: { Status: 'paused', Running: true },
  HostConfig: { RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 } },
};

test('a container goes by its own name, and a paused one runs', (t) => {
  t.deepEqual(parseContainer(JSON.stringify(container)), {
    id: '0a1b',
    name: 'web',
    image: 'nginx:1',
    running: true,
    autoRemove: false,
    restartPolicy: 'unless-stopped',
  });
});

test('no restart policy is the policy no', (t) => {
  const HostConfig = { RestartPolicy: { Name: '' } };
  t.is(parseContainer(JSON.stringify({ ...container, HostConfig })).restartPolicy, 'no');
});

test('a plugin goes by its name', (t) => {
  t.is(parsePluginName('{"plugin":{"Id":"1","Name":"vieux/sshfs:latest"}}'), 'vieux/sshfs:latest');
});

test('nothing is concluded from what is no answer', (t) => {
  for (const parse of [parseInfo, parseContainerIds, parseContainer, parsePluginName])
    for (const text of ['', '{', 'null', '7', '{"Repositories":7}', '{"message":"page not found"}'])
      t.throws(() => parse(text), { instanceOf: UnreadableOutput }, `${parse.name}: ${text}`);
});
