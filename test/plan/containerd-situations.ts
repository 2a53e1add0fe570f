import fc from 'fast-check';
import type { Host } from '../../src/model/host.ts';
import type { DockerIntent, SetupIntent } from '../../src/model/intent.ts';
import { type ContainerdIntent, planSetupWithContainerd } from '../../src/plan/setup-containerd.ts';
import type { Plan } from '../../src/plan/step.ts';
import { addContainerd, type ContainerdScene, containerdWish } from './containerd-hosts.ts';
import { container, dockerWish, type Scene, withDocker } from './docker-hosts.ts';
import { ready } from './docker-runs.ts';
import type { DockerSituation } from './docker-situations.ts';
import { PLACES, recipes } from './docker-situations.ts';
import { control } from './simulated/docker-daemon.ts';
import { observe, type World } from './simulated/docker-disk.ts';

/** A host with containerd, and what is asked of it. */
interface ContainerdSituation {
  host: Host;
  intent: SetupIntent;
  containerd: ContainerdIntent;
}

/** As Debian's package brings it. */
export const DEBIAN_CONFIG = `version = 2

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "/usr/lib/cni"
      conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.internal.v1.opt"]
    path = "/var/lib/containerd/opt"
`;

const TABLE = '[plugins."io.containerd.snapshotter.v1.devmapper"]';

/** As people write it. */
const CONFIGS = [
  null,
  '',
  '# mine\n',
  'oom_score = -999',
  'disabled_plugins = ["cri"]\n\n[plugins.devmapper]\n  base_image_size = "8GB" # small\n',
  DEBIAN_CONFIG,
  DEBIAN_CONFIG.replaceAll('\n', '\r\n'),
  `${DEBIAN_CONFIG}\n${TABLE}\n\tpool_name = ""\n\tasync_remove = true # said before\n[metrics]\naddress = ""\n`,
  'version = 3\nroot = "/var/lib/containerd"',
] as const;

export const containerdScenes: fc.Arbitrary<ContainerdScene> = fc.record(
  {
    config: fc.constantFrom(...CONFIGS),
    up: fc.constantFrom('running', 'running', 'stopped', 'failed'),
    hasRoot: fc.boolean(),
  },
  { noNullPrototype: true },
);

export interface ContainerdRecipe {
  on: keyof typeof PLACES;
  scene: ContainerdScene;
  wish: Partial<ContainerdIntent['wish']>;
}

/** Every host with containerd on which nothing of dmtool's is yet. */
export const containerdRecipes: fc.Arbitrary<ContainerdRecipe> = fc.record(
  {
    on: fc.constantFrom('disk', 'vg'),
    scene: containerdScenes,
    wish: fc.constantFrom({}, { filesystem: 'xfs' }, { options: { async_remove: true, fs_options: '-K' } }),
  },
  { noNullPrototype: true },
);

export const situateContainerd = ({ on, scene, wish }: ContainerdRecipe): ContainerdSituation => ({
  host: addContainerd(PLACES[on].host, scene),
  intent: PLACES[on].intent,
  containerd: containerdWish(wish),
});

/** Other numbers chosen for PVs than in an earlier run. */
export const containerdPlan = (host: Host, { intent, containerd }: ContainerdSituation, uuids?: string[]): Plan =>
  ready(planSetupWithContainerd(host, uuids ? { ...intent, newPvUuids: uuids } : intent, containerd));

export const LATER = ['later-0', 'later-1'];

/** Docker 26, which reaches the pool through containerd. */
export interface StoreRecipe {
  on: keyof typeof PLACES;
  docker: Scene;
  containerd: ContainerdScene;
  wish: Partial<DockerIntent>;
}

/** Docker's own store is on for some, without a pool. */
const STORES = [
  '{"features": {"containerd-snapshotter": true}}\n',
  '{"storage-driver": "devmapper", "features": {"containerd-snapshotter": true}}\n',
  '{"features":{"containerd-snapshotter":false,"buildkit":true},"live-restore":true}',
  '{\n  "features": {}\n}\n',
] as const;

/** Without systemd nobody manages containerd; where Docker runs, it does. */
export const storeRecipes: fc.Arbitrary<StoreRecipe> = fc
  .tuple(recipes, containerdScenes, fc.constantFrom(undefined, undefined, ...STORES), fc.boolean())
  .map(([{ on, scene, carryVolumes }, containerd, store, small]) => {
    const { devicemapper: _, ...tree } = scene.tree ?? {};
    const isUsed = scene.tree !== undefined && Object.keys(scene.tree).length > 0;
    const isOnStore = store?.includes('true}}') === true;
    const used = isUsed ? { ...tree, ...(isOnStore ? {} : { overlay2: ['layer'] }) } : scene.tree;
    const { overlay2, ...withoutLayers } = used ?? {};
    return {
      on,
      docker: {
        ...scene,
        manager: 'systemd' as const,
        tree: used && (isOnStore ? withoutLayers : used),
        config: store ?? scene.config ?? null,
      },
      containerd: { ...containerd, up: scene.up === 'running' ? 'running' : (containerd.up ?? 'stopped') },
      wish: { carryVolumes, storageOptions: small ? [{ name: 'dm.basesize', value: '5G' }] : [] },
    };
  });

/** The host, and what is asked of both. */
export function situateStore({ on, docker, containerd, wish }: StoreRecipe): DockerSituation {
  const { tree, up = 'running', ...scene } = docker;
  const host = withDocker(PLACES[on].host, { ...scene, tree, up: up === 'running' ? 'stopped' : up });
  const both = addContainerd({ ...host, docker: { ...host.docker, version: '26.1.5+dfsg1' } } as World, containerd);
  const off = observe(both as World);
  return {
    host: up === 'running' ? start(off, tree) : off,
    intent: PLACES[on].intent,
    docker: dockerWish({ ...wish, setSwarmAside: true }),
  };
}

/** Those of its containers that are said to run do. */
function start(off: World, tree: Scene['tree']): World {
  const on = control(
    off,
    'start',
    off.docker.services.map(({ name }) => name),
  );
  const root = on.docker.dataRoot.realPath;
  const containers = tree?.containers;
  return observe(containers ? { ...on, trees: { ...on.trees, [root]: { ...on.trees[root], containers } } } : on);
}

/** What Docker 26 is on most hosts. */
export const usualStore = (facts: Partial<StoreRecipe> = {}): StoreRecipe => ({
  on: 'disk',
  docker: { tree: { overlay2: ['layer'], volumes: ['data'], containers: [container('web')] }, config: '{}\n' },
  containerd: { config: DEBIAN_CONFIG },
  wish: {},
  ...facts,
});
