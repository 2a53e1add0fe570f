import type { BootOptions, Guest } from '../../lab/guest.ts';
import { startContainerd, stopContainerd, writeContainerdConfig } from './containerd.ts';
import { bootDocker, type DaemonSettings, startDocker, stopDocker } from './docker.ts';
import { packImage } from './image.ts';
import { must } from './shell.ts';

// Docker 25 and later: its images and containers are containerd's, whose devmapper snapshotter has the pool.

/** What daemon.json says of it. */
export const storeSettings: DaemonSettings = {
  features: { 'containerd-snapshotter': true },
  'storage-driver': 'devmapper',
};

/** A Debian 13 with Docker 26 and containerd 1.7, installed and not yet started; under systemd both start at the next boot. */
export async function bootDocker26(options: BootOptions = {}): Promise<Guest> {
  const guest = await bootDocker({ release: 'trixie', ...options });
  await writeContainerdConfig(guest);
  return guest;
}

/** containerd first: Docker looks for it when it starts, and without it would start one of its own. */
export async function startEngines(guest: Guest): Promise<void> {
  await startContainerd(guest);
  await startDocker(guest);
}

/** Stops both, in the order in which the one needs the other. The socket stays, as `systemctl stop docker` leaves it. */
export async function stopEngines(guest: Guest): Promise<void> {
  await stopDocker(guest);
  await stopContainerd(guest);
}

/** What mends a host whose containerd came up before its pool. */
export async function restartEngines(guest: Guest): Promise<void> {
  await stopEngines(guest);
  await must(guest, 'if [ -d /run/systemd/system ]; then systemctl reset-failed docker containerd; fi');
  await startEngines(guest);
}

/** Waits until a container runs: Docker starts those that it keeps only after it has begun to answer. */
export const containerRuns = (guest: Guest, name: string): Promise<string> =>
  must(guest, 'until docker ps --format "{{.Names}}" | grep -qx "$1"; do sleep 0.2; done', name);

/** `docker load` of an image packed as `docker save` packs it, where importBusybox makes one of bare files. */
export async function loadImage(guest: Guest, name: string): Promise<void> {
  await packImage(guest, `docker.io/library/${name}:latest`, '/run/image.tar');
  await must(guest, 'docker load --input /run/image.tar; rm /run/image.tar');
}
