import type { ConfigFile, Service } from './docker.ts';

/** systemd's name for it. */
export const CONTAINERD_SERVICE = 'containerd.service';

/** A value of a plugin's settings, as far as dmtool writes any. */
export type PluginValue = string | boolean;

/** Settings of containerd's devmapper snapshotter, by their names in config.toml. */
export type SnapshotterSettings = Readonly<Record<string, PluginValue>>;

/** Everything observed of containerd. */
export interface ContainerdFacts {
  /** As `containerd --version` has it, like `1.6.20~ds1`. */
  version: string;
  /** null: nobody on this host starts and stops it. */
  service: Service | null;
  /** null: it does not run. */
  pid: number | null;
  /** Units that its service both needs and waits for; null: no such unit. */
  startsAfter: readonly string[] | null;
  /** config.toml, as it is found. */
  config: ConfigFile;
  /** What all its files come to; null: it can't read them. */
  effective: EffectiveConfig | null;
  /** Why it can't read its files, in its own words; null: it can. */
  configProblem: string | null;
  /** What `ctr plugins ls` says of the devmapper snapshotter, like ok, skip, error; null: no answer, or no such plugin. */
  plugin: string | null;
  /** Where the snapshotter keeps its metadata, or would. */
  snapshotterRoot: SnapshotterRoot;
  /** Snapshots of the devmapper snapshotter, children before their parents. */
  snapshots: readonly Snapshot[];
  /** Names of the images that Docker keeps in it. */
  dockersImages: readonly string[];
}

/** Docker's namespace in containerd. */
export const DOCKERS_NAMESPACE = 'moby';

/** `containerd config dump`. */
export interface EffectiveConfig {
  /** Where it keeps its data, usually /var/lib/containerd. */
  root: string;
  /** Its socket. */
  address: string;
  snapshotter: SnapshotterSettings;
  /** A fingerprint of all that is not the devmapper snapshotter's. */
  others: string;
}

interface SnapshotterRoot {
  path: string;
  isThere: boolean;
  /** Pools that it knows devices of. */
  poolNames: readonly string[];
}

export interface Snapshot {
  namespace: string;
  key: string;
  /** One that a container writes to, or is about to; an image's layers are committed. */
  isActive: boolean;
}

/** Whether the snapshotter runs on that pool, or its metadata know of it. */
export function isSnapshotterOn({ effective, plugin, snapshotterRoot }: ContainerdFacts, poolName: string): boolean {
  const runs = effective?.snapshotter['pool_name'] === poolName && plugin === 'ok';
  return runs || snapshotterRoot.poolNames.includes(poolName);
}

/** Whether it is up, or on its way. */
export const isContainerdUp = ({ service }: ContainerdFacts): boolean =>
  service?.state === 'running' || service?.state === 'starting';
