import type { DockerFacts } from '../../src/model/docker.ts';
import type { Host } from '../../src/model/host.ts';
import type { DockerIntent } from '../../src/model/intent.ts';
import { DOCKER_PROGRAMS, SETUP_PROGRAMS } from '../../src/tools/programs.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { control } from './simulated/docker-daemon.ts';
import { type KeptContainer, observe, type Tree, type World } from './simulated/docker-disk.ts';

export const ROOT = '/var/lib/docker';
export const CONFIG_PATH = '/etc/docker/daemon.json';

/** `dmtool setup`, as the command reads it. */
export const dockerWish = (facts: Partial<DockerIntent> = {}): DockerIntent => ({
  storageOptions: [],
  carryVolumes: false,
  keepImages: false,
  setSwarmAside: false,
  startDeadlineMs: 120_000,
  ...facts,
});

/** Docker as Debian installs it: stopped, and never started. */
export const dockerFacts = (facts: Partial<DockerFacts> = {}): DockerFacts => ({
  version: '20.10.24+dfsg1',
  build: { devicemapper: true, udevSync: true },
  manager: 'systemd',
  services: [
    { name: 'docker.socket', state: 'stopped' },
    { name: 'docker.service', state: 'stopped' },
  ],
  config: {
    path: CONFIG_PATH,
    realPath: CONFIG_PATH,
    content: null,
    mode: 0o644,
    owner: { uid: 0, gid: 0 },
    backups: [],
  },
  settings: [],
  info: null,
  containers: [],
  dataRoot: {
    path: ROOT,
    realPath: ROOT,
    isEmpty: true,
    isMountPoint: false,
    backups: [],
    drivers: [],
    hasLoopFiles: false,
    ownSetup: null,
    images: [],
    volumes: [],
    plugins: [],
    hasSwarm: false,
    mounts: [],
    selfMounts: [],
    freeBytes: bytes(100n * GIB),
  },
  idleRoot: ROOT,
  isStray: false,
  startsAfter: [],
  ...facts,
});

export const container = (name: string, facts: Partial<KeptContainer> = {}): KeptContainer => ({
  id: `id-of-${name}`,
  name,
  image: 'busybox',
  running: true,
  restartPolicy: 'no',
  autoRemove: false,
  byHand: facts.running === false,
  ...facts,
});

/** What there is of Docker before setup. */
export interface Scene {
  /** undefined: no such directory. */
  tree?: Tree | undefined;
  config?: string | null;
  isMountPoint?: boolean;
  manager?: DockerFacts['manager'];
  /** How far Docker is up; `socket`: it comes up at the first word to it; `died`: it was killed, and left its mounts. */
  up?: 'running' | 'socket' | 'stopped' | 'died';
}

/** A data root that was in use. */
export const usedTree = (facts: Tree = {}): Tree => ({
  overlay2: ['layer'],
  image: ['busybox:latest'],
  volumes: ['data'],
  containers: [container('web')],
  plugins: [],
  ...facts,
});

/** A host on which Docker is as the scene says. */
export function withDocker(host: Host, scene: Scene = {}): World {
  const { tree, config = null, isMountPoint = false, manager = 'systemd', up = 'running' } = scene;
  const names = manager === 'systemd' ? ['docker.socket', 'docker.service'] : ['docker'];
  const facts = dockerFacts({ manager, services: names.map((name) => ({ name, state: 'stopped' })) });
  const still = (tree?.containers ?? []).map((each) => ({ ...each, running: false }));
  const off: World = observe({
    ...host,
    programs: [...SETUP_PROGRAMS, ...DOCKER_PROGRAMS],
    files: [...host.files, { path: CONFIG_PATH, content: config }],
    docker: { ...facts, dataRoot: { ...facts.dataRoot, isMountPoint } },
    trees: tree === undefined ? {} : { [ROOT]: tree.containers ? { ...tree, containers: still } : tree },
    daemon: null,
    isMountedOver: false,
  });
  if (up === 'stopped') return off;
  if (up === 'died') {
    const services = names.map((name) => ({ name, state: 'failed' as const }));
    return observe({ ...off, isMountedOver: true, docker: { ...off.docker, services } });
  }
  if (up === 'socket') return control(off, 'start', names.slice(0, 1));
  const on = control(off, 'start', names);
  if (tree?.containers === undefined) return observe(on);
  return observe({ ...on, trees: { ...on.trees, [ROOT]: { ...on.trees[ROOT], containers: tree.containers } } });
}
