import { expectedStatus } from '../../../src/engines/docker/status.ts';
import { hasDevicemapperDriver } from '../../../src/engines/docker/version.ts';
import type { DockerInfo, Service } from '../../../src/model/docker.ts';
import type { Host } from '../../../src/model/host.ts';
import type { PoolTarget, StorageOption } from '../../../src/model/intent.ts';
import { dmName } from '../../../src/model/lvm.ts';
import type { KernelThinPool } from '../../../src/model/thin-pool.ts';
import { type Bytes, bytes, GIB } from '../../../src/units/quantity.ts';
import { parseSize } from '../../../src/units/size.ts';
import { kernelPool } from '../hosts.ts';
import { refuse } from './common.ts';
import { controlContainerd } from './containerd.ts';
import { type KeptContainer, rootOf, type Tree, type World, withTree } from './docker-disk.ts';
import { ownPool, wantedSetup } from './own-setup.ts';

/** The pool that Docker makes on files. */
export const LOOP_POOL = 'docker-8:1-123-pool';

const OWN_POOL = 'docker-thinpool';

/** Why a daemon does not come up: told in its log alone. */
class Died extends Error {}

const die = (reason: string): never => {
  throw new Died(reason);
};

interface Settings {
  'storage-driver'?: string;
  'storage-opts'?: string[];
  'live-restore'?: boolean;
  features?: { 'containerd-snapshotter'?: boolean };
}

/** dockerd comes up, or dies: nobody who started its service is told of that. containerd comes up before it (Wants=). */
export function boot(before: World): World {
  if (before.daemon !== null) return before;
  const world = before.containerd === null ? before : (controlContainerd(before, 'start') as World);
  try {
    return up(world);
  } catch (error) {
    if (error instanceof Died) return begun({ ...world, isMountedOver: true });
    throw error;
  }
}

/** Its directories are made before it looks at the pool that it is to take. */
function begun(world: World): World {
  const root = rootOf(world);
  const tree = world.trees[root] ?? {};
  const devicemapper =
    tree.devicemapper ?? (settingsOf(world)['storage-driver'] === 'devicemapper' && { poolName: '' });
  return withTree(world, root, { containers: [], ...tree, ...(devicemapper ? { devicemapper } : {}) });
}

function settingsOf(world: World): Settings {
  const text = world.files.find(({ path }) => path === world.docker.config.realPath)?.content ?? '{}';
  return JSON.parse(text.trim() || '{}');
}

/** What it goes on with when it is told no driver: what it finds, unless that is more than one. */
function driverFor({ devicemapper, overlay2 }: Tree): string {
  if (devicemapper && overlay2) die('several valid graphdrivers');
  return devicemapper ? 'devicemapper' : 'overlay2';
}

function up(world: World): World {
  const root = rootOf(world);
  const settings = settingsOf(world);
  const tree = world.trees[root] ?? {};
  if (!hasDevicemapperDriver(world.docker.version)) return upLater(world, settings);
  const driver = settings['storage-driver'] ?? driverFor(tree);
  const options = (settings['storage-opts'] ?? []).map((each): StorageOption => {
    const [name = '', ...value] = each.split('=');
    if (!name.startsWith(driver === 'devicemapper' ? 'dm.' : `${driver}.`)) die(`unknown option ${name}`);
    return { name, value: value.join('=') };
  });
  const device = options.find(({ name }) => name === 'dm.thinpooldev')?.value;
  const info: DockerInfo = {
    driver,
    driverStatus: {},
    dataRoot: root,
    liveRestore: settings['live-restore'] === true,
    swarm: tree.swarm === true,
  };
  const made: Tree = { image: [], volumes: [], containers: [], plugins: [], ...tree };
  const started = (now: World, facts: Tree, driverStatus: Record<string, string>): World => ({
    ...withTree(now, root, { ...made, ...facts, containers: (made.containers ?? []).map(comeUp) }),
    daemon: { ...info, driverStatus },
    isMountedOver: true,
  });
  if (driver !== 'devicemapper') return started(world, { overlay2: tree.overlay2 ?? ['l'] }, {});
  const setup = wantedSetup(options);
  if (setup !== null) {
    const own = holding(takePool(ownPool(world, tree, setup, die), tree, OWN_POOL), OWN_POOL);
    const target = { kind: 'own-setup', poolName: OWN_POOL, setupOptions: [] } as const;
    return started(
      own,
      { devicemapper: { poolName: OWN_POOL, ownSetup: setup } },
      expectedStatus(target, options, root),
    );
  }
  if (device === undefined) {
    if (tree.devicemapper?.poolName) die(`its metadata are of ${tree.devicemapper.poolName}`);
    const loop = { ...world, thinPools: [...world.thinPools, kernelPool(LOOP_POOL)] };
    return started(holding(loop, LOOP_POOL), { devicemapper: { poolName: null } }, loopStatus(options, root));
  }
  const poolName = device.replace('/dev/mapper/', '');
  const taken = holding(takePool(world, tree, poolName), poolName);
  const status = expectedStatus(directTarget(world, poolName), options, root);
  return started(taken, { devicemapper: { poolName } }, status);
}

/** Docker 25 and later: on containerd's store, or on overlay2; it looks for a snapshotter when it is first asked for one. */
function upLater(world: World, settings: Settings): World {
  const root = rootOf(world);
  const isOnStore = settings.features?.['containerd-snapshotter'] === true;
  const driver = settings['storage-driver'] ?? (isOnStore ? 'overlayfs' : 'overlay2');
  if (isOnStore && (settings['storage-opts'] ?? []).length > 0) die('no such option');
  if (!isOnStore && driver !== 'overlay2') die(`driver not supported: ${driver}`);
  const { image = [], volumes = [], containers = [], plugins = [], ...tree } = world.trees[root] ?? {};
  const overlay2 = isOnStore ? {} : { overlay2: tree.overlay2 ?? ['l'] };
  const made: Tree = { image, volumes, plugins, ...tree, ...overlay2, containers: containers.map(comeUp) };
  const driverStatus: Record<string, string> = isOnStore ? { 'driver-type': 'io.containerd.snapshotter.v1' } : {};
  const liveRestore = settings['live-restore'] === true;
  const daemon: DockerInfo = { driver, driverStatus, dataRoot: root, liveRestore, swarm: made.swarm === true };
  return { ...withTree(world, root, made), daemon, isMountedOver: true };
}

/** By its policy, or because it ran on while the daemon was away. */
const comeUp = (container: KeptContainer): KeptContainer => {
  const { restartPolicy, byHand, running } = container;
  const isUp = running || restartPolicy === 'always' || (restartPolicy === 'unless-stopped' && !byHand);
  return { ...container, running: isUp };
};

/** Docker takes a pool whose metadata it has, or one that nobody ever used. */
function takePool(world: World, tree: Tree, poolName: string): World {
  const pool = world.thinPools.find(({ name }) => name === poolName) ?? die(`no device ${poolName}`);
  const isKnown = tree.devicemapper?.poolName === poolName;
  if (pool.status.state !== 'working') return die('the pool does not work');
  if (!isKnown && pool.status.usedDataBlocks > 0n) die('pool that already has used data blocks');
  if (isKnown && pool.status.usedDataBlocks === 0n) die('base device is not there');
  const used = { ...pool, status: { ...pool.status, usedDataBlocks: 100n } } as KernelThinPool;
  return { ...world, thinPools: world.thinPools.map((each) => (each === pool ? used : each)) };
}

/** The devices stay when the daemon stops. */
const holding = (world: World, poolName: string): World => ({
  ...world,
  thinDevices: [
    ...world.thinDevices.filter((device) => device.poolName !== poolName),
    { name: `docker-8:1-123-base-of-${poolName}`, poolName },
  ],
});

function directTarget(host: Host, poolName: string): PoolTarget {
  for (const vg of host.volumeGroups) {
    for (const lv of vg.logicalVolumes) {
      if (dmName(vg.name, lv.name) !== poolName) continue;
      const { sizeBytes: dataSizeBytes, metadataSizeBytes, chunkSizeBytes } = lv;
      const sizes = {
        dataSizeBytes,
        metadataSizeBytes: metadataSizeBytes as Bytes,
        chunkSizeBytes: chunkSizeBytes as Bytes,
      };
      return { kind: 'direct-lvm', device: `/dev/mapper/${poolName}`, poolName, ...sizes };
    }
  }
  return refuse(`no LV ${poolName}`);
}

function loopStatus(options: readonly StorageOption[], root: string): Record<string, string> {
  const size = (name: string, otherwise: bigint): Bytes =>
    parseSize(options.find((option) => option.name === name)?.value ?? '') ?? bytes(otherwise);
  const sizes = {
    dataSizeBytes: size('dm.loopdatasize', 100n * GIB),
    metadataSizeBytes: size('dm.loopmetadatasize', 2n * GIB),
  };
  return expectedStatus({ kind: 'loop-lvm', ...sizes }, options, root);
}

/** dockerd goes down, and with it its containers, where it does not leave them running; a pool on files goes as well. */
export function halt(world: World): World {
  const { daemon } = world;
  if (daemon === null) return world;
  const tree = world.trees[rootOf(world)] ?? {};
  const containers = (tree.containers ?? []).map((each) => ({ ...each, running: each.running && daemon.liveRestore }));
  return {
    ...withTree(world, rootOf(world), { ...tree, containers }),
    daemon: null,
    isMountedOver: false,
    thinPools: world.thinPools.filter(({ name }) => name !== LOOP_POOL),
    thinDevices: world.thinDevices.filter(({ poolName }) => poolName !== LOOP_POOL),
  };
}

/** A socket alone starts nothing: nobody speaks to it here. A service needs its socket. */
export function control(world: World, verb: 'start' | 'stop', names: readonly string[]): World {
  const { services } = world.docker;
  for (const name of names) if (!services.some((each) => each.name === name)) refuse(`Unit ${name} not found.`);
  const isSocket = (name: string): boolean => name.endsWith('.socket');
  const touchesDaemon = names.some((name) => !isSocket(name));
  const now = verb === 'stop' ? halt(world) : touchesDaemon ? boot(world) : world;
  const stateOf = ({ name, state }: Service): Service['state'] => {
    if (verb === 'stop') return names.includes(name) ? 'stopped' : state;
    if (isSocket(name)) return 'running';
    if (!names.includes(name)) return state;
    if (now.daemon !== null) return 'running';
    return world.docker.manager === 'systemd' ? 'failed' : 'stopped';
  };
  const after = services.map((service) => ({ ...service, state: stateOf(service) }));
  return { ...now, docker: { ...now.docker, services: after } };
}

/** docker start, docker stop: NAME… */
export function docker(world: World, [verb = '', ...words]: readonly string[]): World {
  if (world.daemon === null) refuse('Cannot connect to the Docker daemon. Is the docker daemon running?');
  const names = words.filter((word) => word !== '--');
  const tree = world.trees[rootOf(world)] ?? {};
  for (const name of names)
    if (!tree.containers?.some((each) => each.name === name)) refuse(`No such container: ${name}`);
  const containers = (tree.containers ?? []).map((each) =>
    names.includes(each.name) ? { ...each, running: verb === 'start', byHand: verb === 'stop' } : each,
  );
  return withTree(world, rootOf(world), { ...tree, containers });
}

/** umount of what a daemon left mounted over itself. */
export function unmount(world: World): World {
  if (world.daemon !== null) refuse('target is busy');
  return { ...world, isMountedOver: false };
}

/** dmsetup remove: refused for a device that is open. */
export function release(world: World, poolName: string): World {
  const isOpen = world.daemon?.driverStatus['Pool Name'] === poolName;
  if (isOpen && world.thinDevices.some((device) => device.poolName === poolName)) refuse('Device or resource busy');
  return { ...world, thinDevices: world.thinDevices.filter((device) => device.poolName !== poolName) };
}

/** What Docker made on a pool is deleted, where none of it is active. */
export function empty(world: World, poolName: string): World {
  if (world.thinDevices.some((device) => device.poolName === poolName)) refuse('Device or resource busy');
  const thinPools = world.thinPools.map((pool) =>
    pool.name === poolName && pool.status.state === 'working'
      ? { ...pool, status: { ...pool.status, usedDataBlocks: 0n } }
      : pool,
  );
  return { ...world, thinPools };
}
