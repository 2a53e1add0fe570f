import type { ExecutionContext } from 'ava';
import type { BootOptions, Guest } from '../../lab/guest.ts';
import { type DockerState, dockerState, importBusybox, runContainer } from '../support/containers.ts';
import { bootDocker, type DaemonSettings, startDocker, writeDaemonJson } from '../support/docker.ts';
import { must } from '../support/shell.ts';

/** Everything of a host that a run could leave different: what Docker holds, and what lies around it. */
export interface HostState {
  readonly docker: DockerState;
  readonly around: string;
}

interface BusyOptions extends BootOptions {
  readonly settings?: DaemonSettings;
}

/**
 * A host on a working day: an image, a container that always runs and has a volume, one that nobody starts again, and a
 * daemon.json with settings, an owner and a mode of its own.
 */
export async function bootBusyDocker({ settings, ...options }: BusyOptions = {}): Promise<Guest> {
  const guest = await bootDocker({ disks: ['2G'], ...options });
  try {
    await writeDaemonJson(guest, { labels: ['of=the-lab'], 'max-concurrent-downloads': 2, ...settings });
    await must(guest, 'chmod 640 /etc/docker/daemon.json; chgrp adm /etc/docker/daemon.json');
    await startDocker(guest);
    await importBusybox(guest);
    await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
    await runContainer(guest, 'job');
    return guest;
  } catch (error) {
    await guest.close();
    throw error;
  }
}

const aroundScript = `
quiet='dmeventd/executable="/bin/false"'
pvs --noheadings --config "$quiet"; vgs --noheadings --config "$quiet"; lvs -a --noheadings -o lv_name,lv_attr,lv_size,data_percent --config "$quiet"
dmsetup ls; ls /dev/mapper
for disk; do wipefs --parsable "$disk"; for end in head tail; do $end -c1M "$disk" | tr -d '\\0' | wc -c; done; done
find /etc/docker -mindepth 1 -printf '%p %y %m %u:%g %s\\n' | sort
stat -c '%n %A %U:%G' /var/lib/docker*; ls -A /var/lib/docker
cut -d ' ' -f 5 /proc/self/mountinfo | grep /var/lib/docker | sort
ls -A /var/lib/dmtool /etc/lvm/profile
pgrep -xc dockerd; mkdir -p /run/dmtool; flock --nonblock /run/dmtool/lock true && ls -A /run/dmtool`;

/** What lies around Docker: LVM, disks, daemon.json with its copies, the data root and its place, records, the lock. */
export const around = async (guest: Guest): Promise<string> =>
  (await guest.run(['sh', '-c', aroundScript, 'around', ...guest.disks])).stdout;

export const hostState = async (guest: Guest): Promise<HostState> => ({
  docker: await dockerState(guest),
  around: await around(guest),
});

/** The host is as it was, with every container that ran. */
export async function assertHostAsBefore(
  t: ExecutionContext,
  guest: Guest,
  before: HostState,
  cell: string,
): Promise<void> {
  t.deepEqual(await hostState(guest), before, cell);
}

/** The process that is Docker: another number means that it was stopped in between. */
export const dockerPid = (guest: Guest): Promise<string> => must(guest, 'cat /var/run/docker.pid');
