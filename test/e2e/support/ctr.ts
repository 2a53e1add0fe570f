import type { Guest } from '../../lab/guest.ts';
import { packImage } from './image.ts';
import { must } from './shell.ts';

// containerd's own client: images and containers without Docker and without a network.

export const BOX = 'docker.io/library/box:latest';

/** Makes the image that all containers here come from, unpacked on the pool. */
export async function importBox(guest: Guest, name = BOX, snapshotter = 'devmapper'): Promise<void> {
  const tar = `/run/image-${process.pid}.tar`;
  await packImage(guest, name, tar);
  await must(guest, 'ctr images import --snapshotter "$1" "$2"; rm "$2"', snapshotter, tar);
}

export interface CtrOptions {
  readonly image?: string;
  readonly snapshotter?: string;
}

/** Starts a container that does nothing until it is stopped; it outlives containerd, and not a reboot. */
export const ctrRun = (guest: Guest, id: string, options: CtrOptions = {}): Promise<string> => {
  const { image = BOX, snapshotter = 'devmapper' } = options;
  const program = 'trap exit TERM; sleep 1000000 & wait';
  return must(
    guest,
    'ctr run --detach --null-io --snapshotter "$1" "$2" "$3" sh -c "$4"',
    snapshotter,
    image,
    id,
    program,
  );
};

/** What a program in a running container prints. */
export const ctrExec = (guest: Guest, id: string, ...argv: readonly string[]): Promise<string> =>
  must(guest, 'id=$1; shift; ctr tasks exec --exec-id "of-$$" "$id" "$@"', id, ...argv);

/** A file in a container's own layer, which is a thin device; there for good when this returns. */
export const ctrWrite = (guest: Guest, id: string, path: string, text: string): Promise<string> =>
  ctrExec(guest, id, 'sh', '-c', 'echo "$1" > "$0"; sync', path, text);

/** Starts again what a reboot has ended. */
export const ctrStart = (guest: Guest, id: string): Promise<string> =>
  must(guest, 'ctr tasks start --detach --null-io "$1"', id);

/** Ends a container, at once; its layer stays. */
export const ctrStop = (guest: Guest, id: string): Promise<string> => must(guest, 'ctr tasks delete --force "$1"', id);

/** Removes a stopped container with its layer. */
export const ctrRemove = (guest: Guest, id: string): Promise<string> => must(guest, 'ctr containers delete "$1"', id);

/** Ids of all containers, running or not. */
export const ctrContainers = async (guest: Guest): Promise<string[]> =>
  (await must(guest, 'ctr containers ls -q')).split('\n').filter((id) => id !== '');

/** Names of all images. */
export const ctrImages = async (guest: Guest): Promise<string[]> =>
  (await must(guest, 'ctr images ls -q')).split('\n').filter((name) => name !== '');
