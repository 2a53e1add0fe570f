import test from 'ava';
import type { DockerIntent } from '../../src/model/intent.ts';
import { planLoopSetup } from '../../src/plan/setup-loop.ts';
import type { Plan } from '../../src/plan/step.ts';
import { bytes, GIB, TIB } from '../../src/units/quantity.ts';
import { container, dockerWish, type Scene, usedTree, withDocker } from './docker-hosts.ts';
import { carryOut, ready, setupPlan } from './docker-runs.ts';
import { blankHost, disk, wish } from './hosts.ts';

const blank = blankHost([disk('/dev/sdb', 10n * GIB)]);
const situation = (scene: Scene, docker: Partial<DockerIntent> = {}) => ({
  host: withDocker(blank, scene),
  intent: wish(),
  docker: dockerWish(docker),
});
const plan = (scene: Scene, docker?: Partial<DockerIntent>): Plan => setupPlan(situation(scene, docker));
const ids = (scene: Scene, docker?: Partial<DockerIntent>): string[] =>
  plan(scene, docker)
    .steps.map(({ id }) => id)
    .slice(9);
const web = usedTree();
const BOOT = ['boot-unit', 'boot-order:docker.service', 'boot-reload'];

test('the pool is made first, then Docker stops, moves, is configured and starts', (t) => {
  t.is(plan({ tree: web }).steps[8]?.id, 'refresh');
  t.deepEqual(ids({ tree: web, config: '{}' }, { carryVolumes: true }), [
    ...BOOT,
    'stop-docker',
    'release-root',
    'quiet-root',
    'set-aside',
    'carry-volumes',
    'keep-config',
    'daemon-json',
    'start-docker',
    'await-docker',
  ]);
});

test('a Docker that is stopped and has nothing is only configured and started', (t) => {
  t.deepEqual(ids({ up: 'stopped' }), [...BOOT, 'daemon-json', 'start-docker', 'await-docker']);
});

test('with live-restore the containers are stopped before the daemon', (t) => {
  const { steps } = plan({ tree: web, config: '{"live-restore":true}' });
  const stop = steps.find(({ id }) => id === 'stop-containers');
  t.deepEqual(stop?.do, { kind: 'exec', argv: ['docker', 'stop', '--', 'web'] });
  t.is(steps.find(({ id }) => id === 'stop-docker')?.title, 'Stop Docker');
  t.is(plan({ tree: web }).steps.find(({ id }) => id === 'stop-docker')?.title, 'Stop Docker, and with it web');
});

test('the first free name is taken for what is set aside', (t) => {
  const { host, intent, docker } = situation({ tree: web, config: '{}' });
  const backups = ['/var/lib/docker.bk', '/var/lib/docker.bk.1.pool.removing.partial'].map((path) => ({
    path,
    hasVolumes: false,
    uses: [],
  }));
  const dataRoot = { ...host.docker.dataRoot, backups };
  const config = { ...host.docker.config, backups: ['/etc/docker/daemon.json.bk'] };
  const busy = { ...host, docker: { ...host.docker, dataRoot, config } };
  const { owns } = setupPlan({ host: busy, intent, docker });
  t.is(owns.docker?.dataRoot.backup, '/var/lib/docker.bk.2');
  t.is(owns.docker?.config.backup, '/etc/docker/daemon.json.bk.1');
  const mounted = plan({ tree: web, isMountPoint: true });
  t.is(mounted.owns.docker?.dataRoot.backup, '/var/lib/docker/docker.bk');
});

test('what happens to Docker is told before it is agreed to', (t) => {
  const tree = usedTree({
    containers: [container('web'), container('off', { running: false })],
    volumes: ['data', 'logs'],
    plugins: ['sshfs'],
    swarm: true,
  });
  const config = '{"storage-driver":"overlay2","storage-opts":["overlay2.size=1G"]}';
  const { notes } = plan({ tree, config }, { setSwarmAside: true });
  t.deepEqual(notes, [
    {
      heading: 'Docker 20.10.24+dfsg1 stops for a moment',
      lines: [
        '1 running container: web',
        'They are set aside with their images: dmtool teardown brings them back, and a failed run starts them again.',
      ],
    },
    {
      heading: 'Moved from /var/lib/docker to /var/lib/docker.bk, where Docker does not see it until dmtool teardown',
      lines: [
        '1 image: busybox:latest (--keep-images takes them over)',
        '2 containers: web, off',
        '2 volumes: data, logs (--carry-volumes takes them over)',
        '1 plugin: sshfs',
        "the state of this swarm's member",
      ],
    },
    {
      heading: '/etc/docker/daemon.json',
      lines: [
        'storage-driver devicemapper (was overlay2)',
        'dm.thinpooldev=/dev/mapper/docker-thinpool',
        'dm.use_deferred_removal=true',
        'dm.use_deferred_deletion=true',
        'taken out: overlay2.size=1G (teardown puts it back)',
      ],
    },
  ]);
});

test('what there is not is not told, and volumes that come along are', (t) => {
  t.deepEqual(
    plan({ up: 'stopped' }).notes.map(({ heading }) => heading),
    ['/etc/docker/daemon.json, a new file'],
  );
  const bare = plan({ tree: { overlay2: ['l'] } }).notes;
  t.deepEqual(bare[0]?.lines, ['No container runs.']);
  t.deepEqual(bare[1]?.lines, ['no images, no containers, no volumes']);
  const carried = plan({ tree: web }, { carryVolumes: true }).notes[1]?.lines;
  t.true(carried?.includes('1 volume: data (taken over)'));
});

test('containers on the pool are told to be started again when an option changes', (t) => {
  const first = situation({ up: 'stopped' });
  const installed = carryOut(first.host, setupPlan(first)) as typeof first.host;
  const docker = { ...installed.docker, containers: [container('on-pool')] };
  const storageOptions = [{ name: 'dm.min_free_space', value: '20%' }];
  const { notes } = setupPlan({ ...first, host: { ...installed, docker }, docker: dockerWish({ storageOptions }) });
  t.deepEqual(notes[0]?.lines, ['1 running container: on-pool', 'They are started again in the end.']);
});

test('a plan with Docker says what it is about, how it ends, and keeps its record for teardown', (t) => {
  const { subject, endings, record, undoCommand } = plan({ tree: web });
  t.is(subject, 'Thin pool docker/thinpool, and Docker 20.10.24+dfsg1 on it');
  t.regex(endings.done, /^Docker runs on thin pool docker\/thinpool: /);
  t.regex(endings.nothingToDo, /nothing to do, nothing changed\.$/);
  t.is(record, 'keep');
  t.deepEqual(undoCommand, ['dmtool', 'teardown', '--vg', 'docker', '--pool', 'thinpool']);
});

test('what was asked and can not be had is warned of, and that a stopped Docker will run', (t) => {
  t.deepEqual(plan({ tree: web }).warnings, []);
  t.regex(plan({ tree: usedTree({ volumes: [] }) }, { carryVolumes: true }).warnings.join(), /no volumes to take over/);
  t.regex(plan({ tree: web, up: 'stopped' }).warnings.join(), /Docker does not run now/);
});

test('loop-lvm is called what it is for, and what its file promises is compared with what is free', (t) => {
  const loop = (dataSizeBytes: bigint): Plan => {
    const { host, docker } = situation({ tree: web });
    return ready(
      planLoopSetup(host, { dataSizeBytes: bytes(dataSizeBytes), metadataSizeBytes: bytes(2n * GIB) }, docker),
    );
  };
  t.is(loop(50n * GIB).warnings.length, 1);
  t.regex(loop(50n * GIB).warnings[0] ?? '', /testing only/);
  t.regex(loop(TIB).warnings[1] ?? '', /promises 1 TiB, and its filesystem has 100 GiB free/);
  t.like(loop(TIB), { summary: null, undoCommand: ['dmtool', 'teardown', '--loop'] });
});
