import test from 'ava';
import fc from 'fast-check';
import { parseContainers, parseDockerInfo } from '../../../src/engines/docker/info.ts';
import { UnreadableOutput } from '../../../src/tools/unreadable.ts';
import { corrupted } from '../../tools/corrupt.ts';
import { recordedCases } from '../../tools/recorded.ts';

/** After api/types.Info of 20.10.24, cut down to what is read here. */
const info = {
  ID: 'AAAA:BBBB',
  Driver: 'devicemapper',
  DriverStatus: [
    ['Pool Name', 'docker-thinpool'],
    ['Data Space Total', '102GB'],
  ],
  DockerRootDir: '/var/lib/docker',
  LiveRestoreEnabled: true,
  Swarm: { NodeID: '', LocalNodeState: 'active' },
};
const text = (changes: object = {}): string => JSON.stringify({ ...info, ...changes });

test('what a daemon says of itself is read (typed: no capture yet)', (t) => {
  t.deepEqual(parseDockerInfo(text()), {
    driver: 'devicemapper',
    driverStatus: { 'Pool Name': 'docker-thinpool', 'Data Space Total': '102GB' },
    dataRoot: '/var/lib/docker',
    liveRestore: true,
    swarm: true,
  });
});

test('a driver without a status, an old daemon without swarm and live-restore (typed: no capture yet)', (t) => {
  const old = { Driver: 'vfs', DriverStatus: null, DockerRootDir: '/srv/docker' };
  t.deepEqual(parseDockerInfo(JSON.stringify(old)), {
    driver: 'vfs',
    driverStatus: {},
    dataRoot: '/srv/docker',
    liveRestore: false,
    swarm: false,
  });
});

test('every state of a swarm node but inactive is membership (typed: no capture yet)', (t) => {
  for (const state of ['active', 'pending', 'error', 'locked'])
    t.true(parseDockerInfo(text({ Swarm: { LocalNodeState: state } })).swarm, state);
  for (const state of ['inactive', ''])
    t.false(parseDockerInfo(text({ Swarm: { LocalNodeState: state } })).swarm, state);
});

test('what was captured is read', (t) => {
  for (const { name, text } of recordedCases('docker', '*info*.json'))
    t.regex(parseDockerInfo(text).dataRoot, /^\//, name);
  t.pass();
});

test('what is no such answer is refused', (t) => {
  for (const answer of [
    '',
    'null',
    '[]',
    '{"message":"permission denied"}',
    text({ Driver: 1 }),
    text({ DockerRootDir: '' }),
  ])
    t.throws(() => parseDockerInfo(answer), { instanceOf: UnreadableOutput }, answer);
});

const listed = (id: string, changes: object = {}) => ({
  Id: id,
  Names: [`/${id}`],
  Image: 'busybox',
  State: 'running',
  ...changes,
});
const inspected = (id: string, policy: string): string =>
  JSON.stringify({ Id: id, HostConfig: { RestartPolicy: { Name: policy, MaximumRetryCount: 0 } } });

test('containers are put together with their restart policies, in any order (typed: no capture yet)', (t) => {
  const list = JSON.stringify([listed('web'), listed('job', { State: 'exited' }), listed('gone')]);
  t.deepEqual(parseContainers(list, [inspected('job', ''), inspected('web', 'unless-stopped')]), [
    { id: 'web', name: 'web', image: 'busybox', running: true, restartPolicy: 'unless-stopped' },
    { id: 'job', name: 'job', image: 'busybox', running: false, restartPolicy: 'no' },
    { id: 'gone', name: 'gone', image: 'busybox', running: true, restartPolicy: 'no' },
  ]);
  t.deepEqual(parseContainers('[]', []), []);
});

test('a container goes by its own name, not by a link to it (typed: no capture yet)', (t) => {
  const names = (Names: unknown) => parseContainers(JSON.stringify([listed('f00', { Names })]), [])[0]?.name;
  t.is(names(['/web/db', '/db']), 'db');
  t.is(names(null), 'f00');
  t.is(names([]), 'f00');
});

test('paused and restarting containers run: stopping the daemon stops them (typed: no capture yet)', (t) => {
  const running = (State: string) => parseContainers(JSON.stringify([listed('a', { State })]), [])[0]?.running;
  for (const state of ['running', 'paused', 'restarting']) t.true(running(state), state);
  for (const state of ['created', 'exited', 'dead', 'removing']) t.false(running(state), state);
});

test('no corrupted answer is read as something else', (t) => {
  const good = JSON.stringify([listed('web'), listed('job')]);
  fc.assert(
    fc.property(corrupted(good), corrupted(inspected('web', 'always')), (list, inspection) => {
      try {
        return parseContainers(list, [inspection]).every(({ id, name }) => id !== '' && name !== '');
      } catch (error) {
        return error instanceof UnreadableOutput;
      }
    }),
  );
  t.throws(() => parseContainers(good, ['{"Id":"web"}']), { instanceOf: UnreadableOutput });
  t.throws(() => parseContainers('{"message":"no"}', []), { instanceOf: UnreadableOutput });
});
