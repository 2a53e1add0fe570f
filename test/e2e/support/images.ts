import type { BootOptions, Guest } from '../../lab/guest.ts';
import { importBusybox } from './containers.ts';
import { bootDocker, dockerApi, startDocker } from './docker.ts';
import { must } from './shell.ts';

/** One layer more: a container's change, kept as an image. */
const commitScript = `
docker run --network none --name made-from "$1" sh -c "echo $2 > /of"
docker commit --change "LABEL of=$2" made-from "$2"
docker rm made-from`;

/** Five images under six tags. `box:1` is the lowest layer of four of them. */
export const imageTags = ['alone:1', 'box:1', 'first:1', 'registry.lab:5000/team/second:2', 'third:3', 'third:latest'];

async function makeImages(guest: Guest): Promise<void> {
  await importBusybox(guest, 'box:1');
  await importBusybox(guest, 'alone:1');
  for (const tag of ['first:1', 'registry.lab:5000/team/second:2', 'third:3'])
    await must(guest, commitScript, 'box:1', tag);
  await must(guest, 'docker tag third:3 third:latest');
}

/** An image as it must be the same in any store. */
interface ImageState {
  readonly tags: readonly string[];
  readonly config: string;
  readonly layers: readonly string[];
}

/** All images that have a tag: with Docker's own store an id is the digest of its config. */
export async function imageStates(guest: Guest): Promise<ImageState[]> {
  const list: { Id: string; RepoTags: string[] | null }[] = JSON.parse(await dockerApi(guest, '/images/json'));
  const tagged = list.filter(({ RepoTags }) => (RepoTags ?? []).some((tag) => !tag.includes('<none>')));
  const states: ImageState[] = [];
  for (const { Id, RepoTags } of tagged) {
    const { RootFS }: { RootFS: { Layers: string[] } } = JSON.parse(await dockerApi(guest, `/images/${Id}/json`));
    states.push({ tags: (RepoTags ?? []).toSorted(), config: Id, layers: RootFS.Layers });
  }
  return states.toSorted((a, b) => a.config.localeCompare(b.config));
}

/** What dmtool keeps images in; empty when nothing is there. */
export const keptFiles = (guest: Guest): Promise<string> =>
  must(guest, "find /var/lib/dmtool/images -type f -printf '%m %P\\n' 2> /dev/null | sort");

/** A host whose Docker runs, and has these images. */
export async function bootWithImages(options: BootOptions = {}): Promise<Guest> {
  const guest = await bootDocker({ disks: ['2G'], ...options });
  try {
    await startDocker(guest);
    await makeImages(guest);
    return guest;
  } catch (error) {
    await guest.close();
    throw error;
  }
}

/** One that takes its time to be saved. */
export const makeLargeImage = (guest: Guest): Promise<string> =>
  must(
    guest,
    'mkdir /var/lib/large; head -c 100M /dev/urandom > /var/lib/large/data; tar -C /var/lib/large -c . | docker import - large:1; rm -r /var/lib/large',
  );

/** As people start what they mean to keep. */
export const createMany = `docker create --name many --hostname host.lab --network none --user 1:1 --workdir /bin --tty --interactive \\
  --env 'A=b c' --env EMPTY= --label 'what=all sorts' --volume data:/data --volume /srv:/srv:ro --volume /nameless \\
  --mount type=bind,source=/etc,target=/host,readonly --tmpfs /run:size=1m --publish 8080:80 --expose 99/udp \\
  --restart on-failure:3 --stop-signal SIGINT --stop-timeout 5 --cap-add NET_ADMIN --cap-drop MKNOD --read-only --init \\
  --add-host other:10.0.0.1 --dns 10.0.0.2 --ulimit nofile=100:200 --log-opt max-size=1m --health-cmd 'true || exit 1' \\
  --health-interval 5s --ipc none --shm-size 1m --security-opt no-new-privileges --group-add 7 --device /dev/null:/dev/nil \\
  --entrypoint sleep third:3 1000`;
