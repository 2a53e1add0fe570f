import type { ContainerdFacts, EffectiveConfig } from '../../src/model/containerd.ts';
import type { Host } from '../../src/model/host.ts';
import type { ContainerdIntent } from '../../src/plan/setup-containerd.ts';
import { ALL_PROGRAMS } from '../../src/tools/programs.ts';
import { controlContainerd, type KeptContainerd, observeContainerd } from './simulated/containerd.ts';

export const CONFIG_TOML = '/etc/containerd/config.toml';
export const SNAPSHOTTER_ROOT = '/var/lib/containerd/devmapper';

/** `dmtool setup --engine containerd`, as the command reads it. */
export const containerdWish = (wish: Partial<ContainerdIntent['wish']> = {}): ContainerdIntent => ({
  wish: { options: {}, ...wish },
  startDeadlineMs: 120_000,
});

/** containerd as Debian installs it, before it is started. */
const KEPT: KeptContainerd = {
  version: '1.7.24~ds1',
  service: { name: 'containerd.service', state: 'stopped' },
  pid: null,
  startsAfter: [],
  config: {
    path: CONFIG_TOML,
    realPath: CONFIG_TOML,
    content: null,
    mode: 0o644,
    owner: { uid: 0, gid: 0 },
    backups: [],
  },
  effective: null,
  configProblem: null,
  plugin: null,
  snapshotterRoot: { path: SNAPSHOTTER_ROOT, isThere: false, poolNames: [] },
  snapshots: [],
  dockersImages: [],
  directories: [],
  loadedPool: null,
  kept: { snapshots: [], images: [], leases: [], poolName: '' },
};

/** What is seen of one, where nobody simulates it. */
export const containerdFacts = (facts: Partial<ContainerdFacts> = {}): ContainerdFacts => ({ ...KEPT, ...facts });

/** Settings that name a pool. */
export const effectiveFor = (pool: string): EffectiveConfig => ({
  root: '/var/lib/containerd',
  address: '/run/containerd/containerd.sock',
  snapshotter: { pool_name: pool },
  others: '',
});

/** What there is of containerd before setup. */
export interface ContainerdScene {
  config?: string | null;
  up?: 'running' | 'stopped' | 'failed';
  /** Its snapshotter's directory is there, for whatever reason. */
  hasRoot?: boolean;
}

/** A host on which containerd is as the scene says. */
export function addContainerd(
  host: Host,
  { config = null, up = 'running', hasRoot = false }: ContainerdScene = {},
): Host {
  const service = { name: 'containerd.service', state: up === 'failed' ? up : 'stopped' } as const;
  const off = observeContainerd({
    ...host,
    programs: ALL_PROGRAMS,
    files: [...host.files, { path: CONFIG_TOML, content: config }],
    containerd: { ...KEPT, service, directories: hasRoot ? [SNAPSHOTTER_ROOT] : [] } as KeptContainerd,
  });
  return up === 'running' ? controlContainerd(off, 'start') : off;
}

/** The same with facts that nobody keeps: for what only reads them. */
export const withFacts = (host: Host, facts: Partial<ContainerdFacts>): Host =>
  host.containerd === null ? host : { ...host, containerd: { ...host.containerd, ...facts } };
