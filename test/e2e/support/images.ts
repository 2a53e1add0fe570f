import type { Guest } from '../../lab/guest.ts';
import { importBusybox } from './containers.ts';
import { dockerApi } from './docker.ts';
import { must } from './shell.ts';

/** One layer more: a container's change, kept as an image. */
const commitScript = `
docker run --network none --name made-from "$1" sh -c "echo $2 > /of"
docker commit --change "LABEL of=$2" made-from "$2"
docker rm made-from`;

/** Five images under six tags. `box:1` is the lowest layer of four of them. */
export const imageTags = ['alone:1', 'box:1', 'first:1', 'registry.lab:5000/team/second:2', 'third:3', 'third:latest'];

export async function makeImages(guest: Guest): Promise<void> {
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
