import fc from 'fast-check';
import type { DockerIntent, SetupIntent } from '../../src/model/intent.ts';
import { extents, GIB } from '../../src/units/quantity.ts';
import { container, dockerWish, type Scene, withDocker } from './docker-hosts.ts';
import { blankHost, disk, freeSpaceWish, PROFILE_PATH, volumeGroup, wish } from './hosts.ts';
import type { KeptContainer, Tree, World } from './simulated/docker-disk.ts';

/** A host with Docker, and what is asked of both. */
export interface DockerSituation {
  host: World;
  intent: SetupIntent;
  docker: DockerIntent;
}

/** Always comes up with its daemon: one that was stopped by hand would not stay so, whoever restarts Docker. */
const kept: fc.Arbitrary<Partial<KeptContainer>> = fc
  .record({
    restartPolicy: fc.constantFrom('no', 'always', 'unless-stopped', 'on-failure'),
    running: fc.boolean(),
  })
  .map(({ restartPolicy, running }) => ({ restartPolicy, running: running || restartPolicy === 'always' }));

const usedRoot: fc.Arbitrary<Tree> = fc
  .record({
    containers: fc.array(kept, { maxLength: 3 }),
    volumes: fc.subarray(['data', 'logs']),
    image: fc.subarray(['busybox:latest', 'alpine:3']),
    plugins: fc.subarray(['vieux/sshfs:latest']),
    swarm: fc.boolean(),
    onFiles: fc.boolean(),
  })
  .map(({ containers, swarm, onFiles, ...rest }) => ({
    ...rest,
    ...(onFiles ? { devicemapper: { poolName: null } } : { overlay2: ['layer'] }),
    containers: containers.map((facts, index) => container(`c${index}`, facts)),
    ...(swarm ? { swarm: true as const } : {}),
  }));

/** As people write it, and as a daemon of another driver needs it. */
const CONFIGS = [
  null,
  '{}\n',
  '{\n    "log-driver": "json-file",\n    "live-restore": true\n}',
  '{"live-restore":true,"storage-driver":"overlay2","storage-opts":["overlay2.override_kernel_check=true"]}\n',
  '{\r\n\t"debug": false,\r\n\t"storage-driver": "overlay2"\r\n}\r\n',
] as const;

export const scenes: fc.Arbitrary<Scene> = fc.record(
  {
    tree: fc.option(fc.oneof(fc.constant({}), usedRoot), { nil: undefined }),
    config: fc.constantFrom(...CONFIGS),
    isMountPoint: fc.boolean(),
    manager: fc.constantFrom('systemd', 'sysv'),
    up: fc.constantFrom('running', 'running', 'running', 'socket', 'stopped', 'died'),
  },
  { noNullPrototype: true },
);

/** A mount point is always there; there is no socket without systemd. */
const sound = ({ tree, isMountPoint, manager, up, config = null, ...scene }: Scene): Scene => ({
  ...scene,
  // A daemon that finds data of another driver than it is told to use does not show them.
  ...(tree?.devicemapper && config?.includes('overlay2') ? { config: null } : { config }),
  ...(isMountPoint === true ? { isMountPoint, tree: tree ?? {} } : { tree }),
  manager: manager as 'systemd' | 'sysv',
  up: manager === 'sysv' && up === 'socket' ? 'stopped' : (up as 'running'),
});

/** How a situation is made: short enough to be read when a property fails. */
export interface Recipe {
  on: keyof typeof PLACES;
  scene: Scene;
  carryVolumes: boolean;
  storageOptions: DockerIntent['storageOptions'];
}

const roomyVg = volumeGroup('system', { extentCount: extents(4000), freeExtents: extents(4000) });
export const PLACES = {
  disk: { host: blankHost([disk('/dev/sdb', 10n * GIB)]), intent: wish() },
  vg: {
    host: blankHost([], {
      volumeGroups: [roomyVg],
      files: [{ path: PROFILE_PATH.replace('docker', 'system'), content: null }],
    }),
    intent: freeSpaceWish(),
  },
};

/** Every host with Docker on which nothing of dmtool's is yet. */
export const recipes: fc.Arbitrary<Recipe> = fc.record(
  {
    on: fc.constantFrom('disk', 'vg'),
    scene: scenes.map(sound),
    carryVolumes: fc.boolean(),
    storageOptions: fc.constantFrom([], [{ name: 'dm.basesize', value: '20G' }]),
  },
  { noNullPrototype: true },
);

/** The host, and what is asked of it. */
export const situate = ({ on, scene, ...docker }: Recipe): DockerSituation => ({
  host: withDocker(PLACES[on].host, scene),
  intent: PLACES[on].intent,
  docker: dockerWish({ ...docker, setSwarmAside: true }),
});
