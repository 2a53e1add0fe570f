import test from 'ava';
import type { ContainerdFacts } from '../../src/model/containerd.ts';
import { isSnapshotterOn } from '../../src/model/containerd.ts';
import type { Host } from '../../src/model/host.ts';
import { planActivate } from '../../src/plan/activate.ts';
import { restartContainerd } from '../../src/plan/activate-containerd.ts';
import { asleep } from './activation-hosts.ts';
import { containerdFacts, effectiveFor } from './containerd-hosts.ts';
import { dockerFacts } from './docker-hosts.ts';
import { ready } from './docker-runs.ts';
import { lvmHost } from './growing-hosts.ts';
import { blankHost } from './hosts.ts';

// A containerd that came up before its pool is restarted, and the Docker that keeps its containers in it.

const POOL = 'docker-thinpool';

const blind = containerdFacts({
  service: { name: 'containerd.service', state: 'running' },
  effective: effectiveFor(POOL),
  plugin: 'error',
});
const hostOf = (containerd: ContainerdFacts | null, log: readonly string[] = [], facts: Partial<Host> = {}): Host =>
  blankHost([], {
    containerd,
    activation: { parts: [], freeLoops: [], dockerLog: [], containerdLog: log },
    ...facts,
  });
const ids = (host: Host, pools = [POOL]): string[] => restartContainerd(host, pools).map(({ id }) => id);
const RESTART = ['restart-containerd', 'await-snapshotter'];

test('one without its snapshotter, one that failed, and one that systemd kept waiting in vain', (t) => {
  t.deepEqual(ids(hostOf(blind)), RESTART);
  const state = (name: 'failed' | 'stopped') => ({ ...blind, service: { name: 'containerd.service', state: name } });
  t.deepEqual(ids(hostOf(state('failed'))), RESTART);
  const failed = [
    'Dependency failed for containerd.service - containerd.',
    "containerd.service: Job failed with result 'dependency'.",
  ];
  t.deepEqual(ids(hostOf(state('stopped'), failed)), RESTART);
  // Somebody started it since, and stopped it.
  t.deepEqual(
    ids(hostOf(state('stopped'), [...failed, 'msg="containerd successfully booted in 0.4s"', 'Stopped.'])),
    [],
  );
  t.deepEqual(ids(hostOf({ ...blind, service: null }, failed)), []);
  t.deepEqual(ids(hostOf(state('stopped'), ['Stopped containerd.service.'])), []);
  t.deepEqual(ids(hostOf(state('stopped'))), []);
});

test('one that is well, has another pool or none, or is not asked about, is left alone', (t) => {
  t.deepEqual(ids(hostOf({ ...blind, plugin: 'ok' })), []);
  t.deepEqual(ids(hostOf(blind), ['other']), []);
  t.deepEqual(ids(hostOf({ ...blind, effective: null })), []);
  t.deepEqual(ids(hostOf(null)), []);
  t.deepEqual(ids({ ...hostOf(blind), activation: null }), []);
});

test('Docker is restarted with it, where it keeps its containers there', (t) => {
  const store = '{"features": {"containerd-snapshotter": true}, "storage-driver": "devmapper"}';
  const docker = (content: string | null, manager: 'systemd' | 'sysv' = 'systemd') =>
    dockerFacts({ manager, config: { ...dockerFacts().config, content } });
  t.deepEqual(ids(hostOf(blind, [], { docker: docker(store) })), [...RESTART, 'restart-docker', 'await-docker']);
  for (const other of [docker('{}'), docker(null), docker(' '), docker(store, 'sysv')])
    t.deepEqual(ids(hostOf(blind, [], { docker: other })), RESTART);
});

test('a pool that containerd is to use is one that the host needs', (t) => {
  const lvm = asleep(lvmHost());
  const foreign = lvm.volumeGroups.map((vg) => ({
    ...vg,
    tags: [],
    logicalVolumes: vg.logicalVolumes.map((lv) => ({ ...lv, tags: [] })),
  }));
  const host = { ...lvm, ...hostOf(blind), programs: lvm.programs, volumeGroups: foreign };
  t.deepEqual(
    ready(planActivate(host, { pool: null })).steps.map(({ id }) => id),
    ['activate:docker/thinpool', ...RESTART],
  );
});

test('a snapshotter is on a pool when it runs on it, or knows devices of it', (t) => {
  const knows = { path: '/x', isThere: true, poolNames: [POOL] };
  t.true(isSnapshotterOn({ ...blind, plugin: 'ok' }, POOL));
  t.false(isSnapshotterOn(blind, POOL));
  t.true(isSnapshotterOn({ ...blind, effective: null, snapshotterRoot: knows }, POOL));
  t.false(isSnapshotterOn({ ...blind, effective: null }, POOL));
});
