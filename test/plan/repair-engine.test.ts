import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { planRepair } from '../../src/plan/repair.ts';
import { isBack } from '../../src/plan/repair-keep.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { missed } from './activation-hosts.ts';
import { containerdFacts, effectiveFor } from './containerd-hosts.ts';
import { container, dockerFacts } from './docker-hosts.ts';
import { carryOut, cutOff, ready, walk } from './docker-runs.ts';
import { FIRST, facts, illDockerHost, illLvmHost, thinVolume, treeOnPool, withDevices } from './repair-hosts.ts';

const plan = (host: Host): Plan => ready(planRepair(host, { pool: null }));
const ids = ({ steps }: Plan): string[] => steps.map(({ id }) => id);
const codes = (host: Host): string[] => {
  const planned = planRepair(host, { pool: null });
  return planned.kind === 'refused' ? planned.refusals.map(({ code }) => code) : [];
};

const running = ({ docker }: Host): string[] =>
  (docker?.containers ?? []).filter((each) => each.running).map(({ name }) => name);

test('Docker stops first and starts last, and so do its containers; its devices go in between', (t) => {
  const host = illDockerHost({ isFlagged: true });
  const repair = plan(host);
  t.deepEqual(ids(repair).slice(0, 3), ['stop-docker', 'release-pool', 'deactivate-pool']);
  t.deepEqual(ids(repair).slice(-3), ['start-docker', 'await-docker', 'start-containers']);
  t.true(repair.warnings.includes('Docker stops, and with it web, until the pool is well.'));
  const after = carryOut(host, repair);
  t.deepEqual(running(after), ['web']);
  const quiet = illDockerHost({ isFlagged: true }, { tree: treeOnPool({ containers: [] }) });
  t.false(ids(plan(quiet)).includes('start-containers'));
});

test('wherever a run was cut off, the next one brings Docker and its containers back', (t) => {
  for (const flags of [{ isFlagged: true }, { isSound: false, isFlagged: true }]) {
    const host = illDockerHost(flags);
    const first = plan(host);
    for (const cut of walk(host, first.steps)) {
      const left = cutOff(cut, first);
      const after = carryOut(left, plan(left));
      t.deepEqual(running(after), ['web']);
      t.deepEqual(after.ownership, []);
    }
  }
});

test('a Docker that was stopped stays so; of one that only listens the socket; one that had given up starts', (t) => {
  const starts = (host: Host): string[] => ids(plan(host)).filter((id) => /docker|containers/.test(id));
  t.deepEqual(starts(illDockerHost({ isFlagged: true }, { up: 'stopped' })), []);
  const socket = illDockerHost({ isFlagged: true }, { up: 'socket' });
  t.deepEqual(starts(socket), ['stop-docker', 'start-docker']);
  t.deepEqual(carryOut(socket, plan(socket)).docker?.services[0], { name: 'docker.socket', state: 'running' });
  const stopped = illDockerHost({ isFlagged: true }, { up: 'died' });
  const log = { parts: [], freeLoops: [], dockerLog: [missed], containerdLog: [] };
  t.deepEqual(starts({ ...stopped, activation: log } as Host), ['start-docker', 'await-docker']);
});

test('containers that go for good are named, and a Docker that is elsewhere is left alone', (t) => {
  const containers = [container('job', { autoRemove: true })];
  const once = illDockerHost({ isFlagged: true }, { tree: treeOnPool({ containers }) });
  t.true(plan(once).warnings.some((line) => line.startsWith('job will be gone for good')));
  const elsewhere = {
    ...illLvmHost({ isFlagged: true }),
    docker: dockerFacts({ services: [{ name: 'docker', state: 'running' }] }),
  };
  t.is(ids(plan(elsewhere))[0], 'deactivate-pool');
  const named = {
    driver: 'devicemapper',
    driverStatus: { 'Pool Name': 'docker-thinpool' },
    dataRoot: '',
    liveRestore: false,
    swarm: false,
  };
  const told = { ...elsewhere, docker: { ...elsewhere.docker, info: named } };
  t.is(ids(plan(told))[0], 'stop-docker');
});

test('a dockerd or a containerd that no service knows, and what is mounted on the pool, stand against it', (t) => {
  const host = illDockerHost({ isFlagged: true });
  for (const manager of ['systemd', 'sysv'] as const)
    t.deepEqual(codes({ ...host, docker: { ...host.docker, isStray: true, manager } } as Host), ['docker-stray']);
  const wild = containerdFacts({ effective: effectiveFor('docker-thinpool'), pid: 7 });
  const base = illLvmHost({ isFlagged: true });
  t.deepEqual(codes({ ...base, containerd: wild }), ['containerd-unmanaged']);
  const up = containerdFacts({ ...wild, service: { name: 'containerd.service', state: 'running' } });
  const snapshot = { thinDevices: [{ name: 'docker-thinpool-snap-1', poolName: 'docker-thinpool' }] };
  const mounts = [{ device: 'docker-thinpool-snap-1', mountPoint: '/run/c' }];
  t.deepEqual(codes({ ...base, containerd: up, ...snapshot, repair: facts({ mounts }) }), ['in-use']);
  t.deepEqual(codes({ ...base, containerd: up, ...snapshot }), []);
});

test('containerd stops, and starts again; the Docker that keeps its containers there around it', (t) => {
  const up = containerdFacts({
    effective: effectiveFor('docker-thinpool'),
    service: { name: 'containerd.service', state: 'running' },
    plugin: 'ok',
  });
  const host = { ...illLvmHost({ isFlagged: true }), containerd: up };
  const alone = plan(host);
  t.deepEqual(ids(alone).slice(0, 2), ['stop-containerd', 'release-pool']);
  t.deepEqual(ids(alone).slice(-2), ['start-containerd', 'await-snapshotter']);
  t.deepEqual(alone.steps[0]?.undo[0]?.needs, isBack(FIRST, 'docker-thinpool'));
  t.true(alone.warnings.includes('containerd stops until the pool is well.'));
  t.true(alone.warnings.some((line) => line.includes('are not checked')));
  const config = {
    ...dockerFacts().config,
    content: '{"features": {"containerd-snapshotter": true}, "storage-driver": "devmapper"}',
  };
  const services = [{ name: 'docker', state: 'running' as const }];
  const both = plan({ ...host, docker: dockerFacts({ version: '26.1.5', config, services }) });
  t.deepEqual(ids(both).slice(0, 3), ['stop-docker', 'stop-containerd', 'release-pool']);
  t.deepEqual(ids(both).slice(-4), ['start-containerd', 'await-snapshotter', 'start-docker', 'await-docker']);
  for (const content of [null, ' '])
    t.is(
      ids(plan({ ...host, docker: dockerFacts({ version: '26.1.5', config: { ...config, content }, services }) }))[0],
      'stop-containerd',
    );
  const idle = containerdFacts({ effective: effectiveFor('docker-thinpool') });
  t.false(ids(plan({ ...host, containerd: idle })).includes('stop-containerd'));
});

test('without a Docker to ask, what a cut-off run had stopped is not started', (t) => {
  const first = plan(illDockerHost({ isFlagged: true }));
  const gone = cutOff(illLvmHost({ isFlagged: true }), first);
  t.false(ids(plan(gone)).includes('start-docker'));
});

test('what Docker keeps on the pool is checked while Docker is down, and only then', (t) => {
  const record = (id: number, deleted: boolean) => ({
    name: `${id}`,
    id,
    sizeBytes: bytes(GIB),
    transactionId: 1,
    deleted,
  });
  const host = withDevices(illDockerHost({ isFlagged: true }), [record(3, false), record(4, true)]);
  const first = plan(host);
  const check = first.steps.find(({ id }) => id === 'check-filesystems')?.do;
  t.deepEqual(check?.kind === 'check-filesystems' && check.filesystems, [
    {
      name: 'device 3 of Docker',
      device: '/dev/mapper/dmtool-docker-thinpool-3',
      show: [
        ...['dmsetup', 'create', 'dmtool-docker-thinpool-3', '--readonly', '--uuid', 'DMTOOL-docker-thinpool-3'],
        ...['--table', '0 2097152 thin /dev/mapper/docker-thinpool 3'],
      ],
      hide: ['dmsetup', 'remove', '--retry', '--', 'dmtool-docker-thinpool-3'],
    },
  ]);
  // Killed after all of it but the check, which nobody missed: Docker is up again.
  const end = carryOut(host, first);
  const again = cutOff({ ...end, repair: facts() }, first);
  t.deepEqual(ids(plan(again)), ['look']);
});

test('what is mounted again when a cut-off run is gone on with is left in peace', (t) => {
  const volume = { thinDevices: [{ name: 'docker-one', poolName: 'docker-thinpool-tpool' }] };
  const host = illLvmHost({ isFlagged: true }, volume, [thinVolume('one')]);
  const first = plan(host);
  const end = carryOut(host, first);
  const unchecked = cutOff({ ...end, repair: facts() }, first);
  t.deepEqual(ids(plan(unchecked)), ['check-filesystems']);
  const mounts = [{ device: 'docker-one', mountPoint: '/srv' }];
  t.deepEqual(ids(plan({ ...unchecked, repair: facts({ mounts }) })), ['look']);
});
