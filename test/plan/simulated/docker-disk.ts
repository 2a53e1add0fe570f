import type { Container, DataRoot, DockerFacts, DockerInfo, OwnSetup } from '../../../src/model/docker.ts';
import type { Host } from '../../../src/model/host.ts';
import { refuse } from './common.ts';
import { seenOf } from './docker-images.ts';

/** A container as Docker keeps it: one that was stopped by hand does not come up by itself, unless its policy is always. */
export type KeptContainer = Container & { byHand: boolean };

/** What lies in a data root, or in one that was set aside: a directory for each name. */
export interface Tree {
  overlay2?: readonly string[];
  /** The pool that its metadata belong to; null: on files of its own. */
  devicemapper?: { poolName: string | null; ownSetup?: OwnSetup };
  image?: readonly string[];
  volumes?: readonly string[];
  containers?: readonly KeptContainer[];
  plugins?: readonly string[];
  swarm?: true;
}

/** A host with Docker, and what nobody sees of it from outside. */
export interface World extends Host {
  docker: DockerFacts;
  /** By path: the data root, and copies of it. Not there: no such directory. */
  trees: Readonly<Record<string, Tree>>;
  /** The daemon that runs. */
  daemon: DockerInfo | null;
  /** A daemon mounts its data root over itself, and one that died leaves that behind. */
  isMountedOver: boolean;
}

/** The host with all that is simulated of Docker. */
export const worldOf = (host: Host): World => ('trees' in host ? (host as World) : refuse('docker: command not found'));

export const rootOf = ({ docker }: World): string => docker.dataRoot.realPath;

export const treeAt = (world: World, path: string): Tree =>
  world.trees[path] ?? refuse(`${path}: No such file or directory`);

/** Replaces a directory; undefined: removes it. */
export function withTree(world: World, path: string, tree: Tree | undefined): World {
  const { [path]: _, ...others } = world.trees;
  return { ...world, trees: tree === undefined ? others : { ...others, [path]: tree } };
}

export const isBare = (tree: Tree | undefined): boolean => Object.keys(tree ?? {}).length === 0;

/** Every named volume on the disk, wherever it lies. */
export const allVolumes = ({ trees }: World): string[] =>
  Object.values(trees)
    .flatMap(({ volumes }) => volumes ?? [])
    .toSorted();

/** What the probe sees of it all. */
export function observe(world: World): World {
  const { docker, daemon } = world;
  const { realPath } = docker.config;
  const content = world.files.find(({ path }) => path === realPath)?.content ?? null;
  const present = world.files.filter((file) => file.content !== null).map(({ path }) => path);
  const unkept = ({ byHand, ...container }: KeptContainer): Container => container;
  return {
    ...world,
    keeping: seenOf(world),
    docker: {
      ...docker,
      config: {
        ...docker.config,
        ...(content === null ? { mode: 0o644, owner: { uid: 0, gid: 0 } } : {}),
        content,
        backups: namedAfter(realPath, present),
      },
      info: daemon,
      containers: daemon === null ? [] : (world.trees[rootOf(world)]?.containers ?? []).map(unkept),
      dataRoot: { ...docker.dataRoot, ...contentsOf(world) },
    },
  };
}

/** As src/host/docker/backups.ts finds them. */
export function namedAfter(path: string, candidates: readonly string[]): string[] {
  const ending = /^\.bk(?:\.(\d+))?(?:\.pool)?(?:\.removing)?(?:\.partial)?$/;
  return candidates
    .filter((candidate) => candidate.startsWith(path) && ending.test(candidate.slice(path.length)))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

function contentsOf(world: World): Partial<DataRoot> {
  const root = rootOf(world);
  const tree = world.trees[root] ?? {};
  const base = world.docker.dataRoot.isMountPoint ? `${root}/docker` : root;
  const running = (tree.containers ?? []).filter((each) => each.running);
  const uses = new Map(world.docker.dataRoot.backups.map((backup) => [backup.path, backup.uses]));
  return {
    isEmpty: isBare(tree),
    backups: namedAfter(base, Object.keys(world.trees)).map((path): DataRoot['backups'][number] => ({
      path,
      hasVolumes: world.trees[path]?.volumes !== undefined,
      uses: uses.get(path) ?? [],
    })),
    drivers: [...(tree.devicemapper ? ['devicemapper'] : []), ...(tree.overlay2 ? ['overlay2'] : [])],
    hasLoopFiles: tree.devicemapper?.poolName === null,
    ownSetup: tree.devicemapper?.ownSetup ?? null,
    images: tree.image ?? [],
    volumes: tree.volumes ?? [],
    plugins: tree.plugins ?? [],
    hasSwarm: tree.swarm === true,
    selfMounts: world.isMountedOver ? [root] : [],
    mounts: world.daemon === null ? running.map(({ name }) => `${root}/mounts/${name}`) : [],
  };
}
