import type { ExecutionContext } from 'ava';
import { LabFailure } from '../../lab/errors.ts';
import type { Guest } from '../../lab/guest.ts';
import { importBusybox, runContainer } from '../support/containers.ts';
import { dockerInfo, driverStatus } from '../support/docker.ts';
import { diskOf, must } from '../support/shell.ts';
import { type HostState, hostState } from './docker-host.ts';
import { patience } from './points.ts';

/** Docker runs on the pool, and all that it had before lies in docker.bk; nothing of a run that was cut off is left. */
export async function assertOnPool(t: ExecutionContext, guest: Guest, before: HostState): Promise<void> {
  const info = await dockerInfo(guest);
  t.is(info.Driver, 'devicemapper');
  t.is(driverStatus(info, 'Pool Name'), 'docker-thinpool');
  t.is(
    await must(guest, 'cd /var/lib/docker.bk; grep -r "" volumes/*/_data | sort'),
    before.docker.volumes.replaceAll('/var/lib/docker/', ''),
  );
  t.is((await must(guest, 'ls /var/lib/docker.bk/image/overlay2/imagedb/content/sha256')).split('\n').length, 2);
  t.is((await must(guest, 'ls /var/lib/docker.bk/containers')).split('\n').length, 3);
  t.is(await must(guest, 'ls -A /etc/docker'), 'daemon.json\ndaemon.json.bk\nkey.json\n');
  t.is(await must(guest, 'ls -A /var/lib/dmtool'), 'installed.json\n');
  const [kept] = before.docker.daemonJson.split('\n').slice(1);
  t.is(await must(guest, 'base64 -w0 /etc/docker/daemon.json.bk'), kept ?? '');
}

/** Docker on the pool for a while: with an image, a container and a volume that it had not before. */
export async function useThePool(guest: Guest): Promise<void> {
  const setup = await guest.run(['dmtool', 'setup', '--device', diskOf(guest), '--yes'], patience);
  if (setup.exitCode !== 0) throw new LabFailure(setup.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'fresh', { volume: 'later' });
}

/** The host while Docker works on the pool, without what changes by itself: how full the pool is, numbers of devices. */
export async function stateOnPool(guest: Guest): Promise<HostState> {
  const { docker, around } = await hostState(guest);
  const [steady, moving] = [/^( +thinpool +\S+ +\S+) +\d+\.\d+ *$/gm, /\t\(\d+[:, ]+\d+\)$/gm];
  return { docker, around: around.replaceAll(steady, '$1').replaceAll(moving, '') };
}
