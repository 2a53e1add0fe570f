import type { Guest } from '../../lab/guest.ts';
import { dockerApi } from './docker.ts';
import { must } from './shell.ts';

/** An image needs no registry: one static program and its names. */
const importScript = `
root=$(mktemp -d)
mkdir "$root/bin" "$root/data"
cp /bin/busybox "$root/bin/"
for name in sh sleep cat echo; do ln -s busybox "$root/bin/$name"; done
tar -C "$root" -c . | docker import - "$1"
rm -r "$root"`;

/** Makes the image that all containers here come from. */
export const importBusybox = (guest: Guest, name = 'box'): Promise<string> => must(guest, importScript, name);

export interface ContainerOptions {
  readonly image?: string;
  /** Such as `always`; without one a container stays stopped when the daemon starts again. */
  readonly restart?: 'always' | 'unless-stopped' | 'on-failure';
  /** A named volume, mounted at /data; a file named as the container is written there. */
  readonly volume?: string;
}

/** Starts a container that does nothing until it is stopped, and then goes at once. Docker wants names of two letters or more. */
export const runContainer = (guest: Guest, name: string, options: ContainerOptions = {}): Promise<string> => {
  const restart = options.restart === undefined ? [] : ['--restart', options.restart];
  const volume = options.volume === undefined ? [] : ['--volume', `${options.volume}:/data`];
  const words = ['--detach', '--network', 'none', '--stop-timeout', '1', '--name', name, ...restart, ...volume];
  const program = 'echo "of $0" > "/data/$0"; trap exit TERM; sleep 1000000 & wait';
  return must(guest, 'docker run "$@"', ...words, options.image ?? 'box', 'sh', '-c', program, name);
};

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly state: string;
}

/** All containers, running or not, by name. */
export async function containers(guest: Guest): Promise<Container[]> {
  const list: { Names: string[]; Image: string; State: string }[] = JSON.parse(
    await dockerApi(guest, '/containers/json?all=1'),
  );
  return list
    .map(({ Names, Image, State }) => ({ name: (Names[0] ?? '').slice(1), image: Image, state: State }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What a story compares before and after: everything that belongs to Docker's users, and nothing that a restart changes. */
export interface DockerState {
  readonly daemonJson: string;
  readonly containers: readonly Container[];
  readonly images: readonly string[];
  readonly volumes: string;
}

/** Where a link leads, mode, owner and bytes; or that there is none. */
export const daemonJsonState = (guest: Guest): Promise<string> =>
  must(
    guest,
    'cd /etc/docker 2> /dev/null && [ -e daemon.json ] && { readlink daemon.json; stat -Lc "%a %U:%G" daemon.json && base64 -w0 daemon.json; } || echo none',
  );

export async function dockerState(guest: Guest): Promise<DockerState> {
  const images: { Id: string; RepoTags: string[] | null }[] = JSON.parse(await dockerApi(guest, '/images/json?all=1'));
  const { Volumes }: { Volumes: { Name: string; Mountpoint: string }[] | null } = JSON.parse(
    await dockerApi(guest, '/volumes'),
  );
  const points = (Volumes ?? []).map(({ Mountpoint }) => Mountpoint).toSorted();
  return {
    daemonJson: await daemonJsonState(guest),
    containers: await containers(guest),
    images: images.map(({ Id, RepoTags }) => `${(RepoTags ?? []).join(' ')} ${Id}`).toSorted(),
    volumes: await must(guest, 'for point; do find "$point" -type f -exec grep -H "" {} + | sort; done', ...points),
  };
}
