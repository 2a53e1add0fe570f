import type { Bytes } from '../units/quantity.ts';

/** systemd's name for the daemon. */
export const DOCKER_SERVICE = 'docker.service';

/** Who starts and stops services on this host: systemctl, or service(8) with init scripts. */
export type ServiceManager = 'systemd' | 'sysv';

/** Everything observed of Docker. */
export interface DockerFacts {
  /** As `dockerd --version` has it, like `20.10.24+dfsg1`. */
  version: string;
  /** What the binary was built with. */
  build: { devicemapper: boolean; udevSync: boolean };
  manager: ServiceManager;
  /** What is stopped and started, by the service manager's names: docker.socket and docker.service, or docker. */
  services: readonly Service[];
  config: ConfigFile;
  /** Files that may hold flags and variables of the daemon, in the order in which the service manager reads them. */
  settings: readonly SettingsFile[];
  /** What the running daemon says of itself; null: it does not run, or does not answer. */
  info: DockerInfo | null;
  containers: readonly Container[];
  dataRoot: DataRoot;
  /**
   * Where a daemon that starts now would have its data root, links followed: not
   * where one runs that began with other settings.
   */
  idleRoot: string;
  /** A dockerd runs that its service does not know of. */
  isStray: boolean;
  /** Units that its service both needs and waits for; null: no systemd, or no such unit. */
  startsAfter: readonly string[] | null;
}

/** `starting` is a service that has not come up yet, or that its manager starts again and again. */
export interface Service {
  name: string;
  state: 'running' | 'starting' | 'stopped' | 'failed';
}

/** daemon.json, as it is found. */
export interface ConfigFile {
  /** As the daemon is told, usually /etc/docker/daemon.json. */
  path: string;
  /** Symbolic links followed. */
  realPath: string;
  /** null: it is not there. */
  content: string | null;
  mode: number;
  owner: Owner;
  /** Older copies beside it (`daemon.json.bk`, `daemon.json.bk.1`, …), by full path. */
  backups: readonly string[];
}

export interface Owner {
  uid: number;
  gid: number;
}

export interface SettingsFile {
  path: string;
  kind: 'unit' | 'environment' | 'process';
  content: string;
}

/** From GET /info (Docker Engine API): what every version up to 24 gives. */
export interface DockerInfo {
  driver: string;
  /** DriverStatus: names and values as `docker info` prints them. */
  driverStatus: Readonly<Record<string, string>>;
  dataRoot: string;
  liveRestore: boolean;
  swarm: boolean;
}

export interface Container {
  id: string;
  name: string;
  image: string;
  running: boolean;
  /** It goes for good when it stops (`docker run --rm`). */
  autoRemove: boolean;
  /** `no`, `always`, `unless-stopped`, `on-failure`. */
  restartPolicy: string;
}

/** Docker's data root, looked at on disk, so that it is known of a daemon that does not run as well. */
export interface DataRoot {
  /** As the daemon is told, usually /var/lib/docker. */
  path: string;
  /** Symbolic links followed. */
  realPath: string;
  /** Nothing lies in it, or it is not there. A filesystem's lost+found and copies set aside do not count. */
  isEmpty: boolean;
  isMountPoint: boolean;
  /** What was set aside before (`docker.bk`, `docker.bk.1`, …): beside it, or inside a mount point. */
  backups: readonly Backup[];
  /** Storage drivers that have left data in it. */
  drivers: readonly string[];
  /** devicemapper's own files for loop-lvm are there. */
  hasLoopFiles: boolean;
  /** What Docker keeps of a pool that it made of a device by itself; null: it has not made one. */
  ownSetup: OwnSetup | null;
  /** Tags of images. */
  images: readonly string[];
  volumes: readonly string[];
  plugins: readonly string[];
  /** A swarm's state lies in it. */
  hasSwarm: boolean;
  /**
   * Mount points in it that do not go when a running daemon stops: filesystems of others; where no daemon runs, those of
   * containers that outlived it too.
   */
  mounts: readonly string[];
  /**
   * Where dockerd has mounted directories over themselves to set their propagation. One that failed or was killed leaves
   * that behind, and then the data root can't be renamed.
   */
  selfMounts: readonly string[];
  /** Free space of the filesystem that it lies on. */
  freeBytes: Bytes;
}

/**
 * Docker's setup-config.json, which it writes when it is through, and holds against its options ever after. 0: not told,
 * so that its own default was taken.
 */
export interface OwnSetup {
  /** As it was told: the kernel may give the disk another name since. */
  device: string;
  dataPercent: number;
  metadataPercent: number;
  thresholdPercent: number;
  stepPercent: number;
}

/** A data root that was moved aside; its name says whether it is of a pool (`.pool`), goes (`.removing`), or was cut off (`.partial`). */
interface Backup {
  path: string;
  hasVolumes: boolean;
  /** Who still uses it, in words: a mount of it, or in it, in any process's view; a loop device on a file in it. */
  uses: readonly string[];
}

/** Whether any of Docker's services is up, or on its way. */
export const isDockerUp = ({ services }: DockerFacts): boolean =>
  services.some(({ state }) => state === 'running' || state === 'starting');

/** Whether a daemon comes up with these services: a socket alone waits for the first word to it. */
export const includesDaemon = (services: readonly string[]): boolean =>
  services.some((name) => !name.endsWith('.socket'));

/** Names of the containers that run now. */
export const runningContainers = ({ containers }: DockerFacts): string[] =>
  containers.filter(({ running }) => running).map(({ name }) => name);

/** Names of the running containers that can be started again, the oldest first: others may need it. */
export const returningContainers = ({ containers }: DockerFacts): string[] =>
  containers
    .filter(({ running, autoRemove }) => running && !autoRemove)
    .map(({ name }) => name)
    .toReversed();
