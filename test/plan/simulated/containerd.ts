import type { ContainerdFacts, EffectiveConfig, Snapshot } from '../../../src/model/containerd.ts';
import type { Host } from '../../../src/model/host.ts';
import {
  otherSettings,
  parseToml,
  pluginPath,
  snapshotterSettings,
  type Table,
} from '../../../src/tools/containerd-config.ts';
import { refuse } from './common.ts';
import { namedAfter } from './docker-disk.ts';

/** containerd, and what nobody sees of it from outside. */
export interface KeptContainerd extends ContainerdFacts {
  /** Directories of the snapshotter that are there. */
  directories: readonly string[];
  /** The pool that the daemon which runs has begun with; null: none, or it does not run. */
  loadedPool: string | null;
  /** Seen while the snapshotter runs. */
  kept: { snapshots: readonly Snapshot[]; images: readonly string[]; leases: readonly string[]; poolName: string };
}

type HostWith = Host & { containerd: KeptContainerd };

const withContainerd = (host: Host): HostWith =>
  host.containerd === null ? refuse('containerd: command not found') : (host as HostWith);

const ROOT = '/var/lib/containerd';

/** Each of its settings has a value, said or not. */
const DEFAULTS = {
  ...{ async_remove: false, base_image_size: '', discard_blocks: false, fs_options: '' },
  ...{ fs_type: '', pool_name: '', root_path: '' },
};

/** `containerd config dump`: as version 2, whatever the file has. */
function dump(content: string | null): EffectiveConfig | null {
  const parsed = parseToml(content ?? 'version = 2');
  if (!('table' in parsed)) return null;
  const { table } = parsed;
  const [plugins, name] = pluginPath(table);
  const { [name]: own, ...others } = (table[plugins] ?? {}) as Table;
  const others2 = otherSettings({ ...table, version: 2, [plugins]: others });
  const snapshotter = { ...DEFAULTS, ...snapshotterSettings({ ...table, [plugins]: { [name]: own } }) };
  return { root: ROOT, address: '/run/containerd/containerd.sock', snapshotter, others: others2 };
}

/** What the probe sees of it all. */
export function observeContainerd(host: Host): Host {
  if (host.containerd === null) return host;
  const { containerd } = withContainerd(host);
  const { config, kept, directories, loadedPool, service } = containerd;
  const present = host.files.filter((file) => file.content !== null).map(({ path }) => path);
  const content = host.files.find(({ path }) => path === config.realPath)?.content ?? null;
  const effective = dump(content);
  const path = String(effective?.snapshotter['root_path'] || `${ROOT}/devmapper`);
  const isThere = directories.includes(path);
  const plugin = service?.state === 'running' ? pluginState(host, loadedPool) : null;
  const facts: KeptContainerd = {
    ...containerd,
    config: {
      ...config,
      ...(content === null ? { mode: 0o644, owner: { uid: 0, gid: 0 } } : {}),
      ...{ content, backups: namedAfter(config.realPath, present) },
    },
    effective,
    configProblem: effective === null ? 'failed to load TOML' : null,
    plugin,
    snapshotterRoot: { path, isThere, poolNames: isThere && kept.snapshots.length > 0 ? [kept.poolName] : [] },
    snapshots: plugin === 'ok' ? kept.snapshots : [],
    dockersImages: plugin === 'ok' ? kept.images : [],
  };
  return { ...host, containerd: facts };
}

const pluginState = ({ thinPools }: Host, poolName: string | null): string => {
  if (poolName === null) return 'skip';
  return thinPools.some(({ name }) => name === poolName) ? 'ok' : 'error';
};

/** It reads its files when it starts; what its snapshotter runs on is not looked at again. */
export function controlContainerd(host: Host, verb: 'start' | 'stop' | 'restart'): Host {
  const { containerd } = withContainerd(observeContainerd(host));
  const { effective, service, kept, directories } = containerd;
  if (service === null) return refuse('Unit containerd.service not found.');
  const change = (facts: Partial<KeptContainerd>, state: 'running' | 'stopped' | 'failed'): Host =>
    observeContainerd({ ...host, containerd: { ...containerd, ...facts, service: { ...service, state } } as never });
  if (verb === 'stop') return change({ loadedPool: null }, 'stopped');
  if (verb === 'start' && service.state === 'running') return host;
  if (effective === null) return change({ loadedPool: null }, 'failed');
  const poolName = String(effective.snapshotter['pool_name']) || null;
  if (poolName === null) return change({ loadedPool: null }, 'running');
  if (kept.snapshots.length > 0 && kept.poolName !== poolName) return refuse('its metadata are of another pool');
  const { path } = containerd.snapshotterRoot;
  return change({ loadedPool: poolName, directories: [...new Set([...directories, path])] }, 'running');
}

/** ctr --address … --namespace … snapshots|images|leases rm NAME… */
export function ctr(host: Host, words: readonly string[]): Host {
  const { containerd } = withContainerd(host);
  if (containerd.plugin !== 'ok') return refuse('snapshotter not loaded: devmapper');
  const [, , , namespace, what, ...rest] = words;
  const names = rest.slice(rest.indexOf('rm') + 1).filter((word) => !word.startsWith('--'));
  const { kept } = containerd;
  const without = (all: readonly string[]): string[] => {
    for (const name of names) if (!all.includes(name)) refuse(`${name}: not found`);
    return all.filter((each) => !names.includes(each));
  };
  const change = (facts: Partial<KeptContainerd['kept']>): Host => ({
    ...host,
    containerd: { ...containerd, kept: { ...kept, ...facts } } as KeptContainerd,
  });
  if (what === 'images') return change({ images: without(kept.images) });
  if (what === 'leases') return change({ leases: without(kept.leases) });
  without(kept.snapshots.filter((each) => each.namespace === namespace).map(({ key }) => key));
  const snapshots = kept.snapshots.filter((each) => each.namespace !== namespace || !names.includes(each.key));
  return snapshots.length > 0 ? change({ snapshots }) : used(change({ snapshots, poolName: '' }), kept.poolName, false);
}

/** A pool on which the snapshotter has its devices, or has none any more. */
function used(host: Host, poolName: string, isUsed: boolean): Host {
  const others = host.thinDevices.filter((device) => device.poolName !== poolName);
  return {
    ...host,
    thinDevices: isUsed ? [...others, { name: `${poolName}-snap-1`, poolName }] : others,
    thinPools: host.thinPools.map((pool) =>
      pool.name === poolName && pool.status.state === 'working'
        ? { ...pool, status: { ...pool.status, usedDataBlocks: isUsed ? 100n : 0n } }
        : pool,
    ),
  };
}

/** Somebody unpacks an image in each namespace; Docker's container has a lease too. */
export function unpack(host: Host, ...snapshots: readonly Snapshot[]): Host {
  const { containerd } = withContainerd(host);
  if (containerd.plugin !== 'ok' || containerd.loadedPool === null) return refuse('snapshotter not loaded: devmapper');
  const ofDocker = snapshots.filter(({ namespace }) => namespace === 'moby');
  const kept: KeptContainerd['kept'] = {
    snapshots,
    images: ofDocker.length > 0 ? ['docker.io/library/busybox:latest'] : [],
    leases: ofDocker.filter(({ isActive }) => isActive).map(({ key }) => key),
    poolName: containerd.loadedPool,
  };
  return observeContainerd({
    ...used(host, kept.poolName, true),
    containerd: { ...containerd, kept } as KeptContainerd,
  });
}

/** rm -rf of its directory: never one that it has open. */
export function rmSnapshotter(host: Host, path: string): Host {
  const { containerd } = withContainerd(host);
  if (!containerd.directories.includes(path)) return refuse('nobody removes what is not of dmtool');
  if (containerd.loadedPool !== null && containerd.plugin === 'ok') return refuse(`${path} is in use`);
  const directories = containerd.directories.filter((each) => each !== path);
  const kept = { ...containerd.kept, snapshots: [] };
  return { ...host, containerd: { ...containerd, directories, kept } as KeptContainerd };
}

/** Images that are not unpacked, and leases that keep nothing any more, are overlooked. */
export function withoutLeftovers(host: Host, what: { leases: boolean; images: boolean }): Host {
  const { containerd } = withContainerd(host);
  const kept = {
    ...containerd.kept,
    ...(what.leases ? { leases: [] } : {}),
    ...(what.images ? { images: [] } : {}),
  };
  return { ...host, containerd: { ...containerd, kept } as KeptContainerd };
}
