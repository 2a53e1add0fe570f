import { boot } from '../../lab/boot.ts';
import { LabFailure } from '../../lab/errors.ts';
import type { BootOptions, Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

const daemonJsonPath = '/etc/docker/daemon.json';

/** What the guest's kernel asks of any daemon.json: it has no bridge and no netfilter. */
const guestSettings = {
  'exec-opts': ['native.cgroupdriver=cgroupfs'],
  iptables: false,
  bridge: 'none',
} as const;

export type DaemonSettings = Readonly<Record<string, unknown>>;

/** The text of a daemon.json with these settings that the guest can run; as people write it, with a newline at its end. */
export const daemonJson = (settings: DaemonSettings = {}): string =>
  `${JSON.stringify({ ...guestSettings, ...settings }, null, 2)}\n`;

export const writeDaemonJson = (guest: Guest, settings?: DaemonSettings): Promise<void> =>
  guest.writeFile(daemonJsonPath, daemonJson(settings));

/** What `systemctl enable` does, without the seconds that it spends on init scripts. */
const enableScript = `
cd /etc/systemd/system
mkdir -p multi-user.target.wants sockets.target.wants
ln -s /lib/systemd/system/containerd.service /lib/systemd/system/docker.service multi-user.target.wants/
ln -s /lib/systemd/system/docker.socket sockets.target.wants/`;

/**
 * A host with Docker installed and configured, not yet started; with `init: 'systemd'` it starts at the next boot. Its data root is a plain directory of the ext4 at
 * /var/lib, as on most hosts; with `filesystems: ['/var/lib/docker']` it is a mount of its own.
 */
export async function bootDocker(options: BootOptions = {}): Promise<Guest> {
  const guest = await boot({ memory: '768M', filesystems: ['/var/lib'], ...options });
  try {
    if (options.init === 'systemd') await must(guest, enableScript);
    // Without this line Docker's init script mounts the old hierarchies of cgroups into the new one.
    else await guest.writeFile('/etc/fstab', 'cgroup2 /sys/fs/cgroup cgroup2 defaults 0 0\n');
    await writeDaemonJson(guest);
    return guest;
  } catch (error) {
    await guest.close();
    throw error;
  }
}

/** Follows the log from where it ended, until the daemon listens or is gone. Under systemd the unit itself says so. */
const startScript = `
if [ -d /run/systemd/system ]; then exec systemctl start docker; fi
log=/var/log/docker.log
from=$(stat -c %s "$log" 2> /dev/null || echo 0)
service docker start
tail --pid="$(cat /var/run/docker-ssd.pid)" -c "+$((from + 1))" -F "$log" 2> /dev/null | grep -q -m1 'API listen on'`;

/** Starts Docker as an administrator does, and waits until its API answers. */
export async function startDocker(guest: Guest): Promise<void> {
  const { exitCode, stdout, stderr } = await guest.sh(`set -e; ${startScript}`);
  if (exitCode !== 0) throw new LabFailure(`Docker does not start:\n${stdout}${stderr}${await dockerLog(guest)}`);
  await dockerApi(guest, '/_ping');
}

/** Docker at a boot that finds it in no fit state: it comes up, or gives up. */
export const tryToStartDocker = async (guest: Guest): Promise<void> => void (await guest.sh(startScript));

/** The init script would kill after ten seconds what has not ended yet, and say that all went well. */
const stopScript = `
if [ -d /run/systemd/system ]; then exec systemctl stop docker; fi
pid=$(cat /var/run/docker-ssd.pid)
kill "$pid"
tail --pid="$pid" --follow /dev/null
rm /var/run/docker-ssd.pid`;

/** Stops Docker as its administrator does who has time: every container is stopped, and nothing of it stays mounted. */
export const stopDocker = (guest: Guest): Promise<string> => must(guest, stopScript);

/** The last that the daemon said. */
export const dockerLog = (guest: Guest, lines = 40): Promise<string> =>
  must(
    guest,
    'if [ -d /run/systemd/system ]; then journalctl -u docker -n "$1" -o cat; else tail -n "$1" /var/log/docker.log; fi',
    String(lines),
  );

/** What the daemon answers on its socket; no client of Docker's in between. */
export const dockerApi = (guest: Guest, path: string): Promise<string> =>
  must(guest, 'curl --silent --show-error --fail-with-body --unix-socket /var/run/docker.sock "http://docker$1"', path);

/** The part of GET /info that stories ask about. */
export interface DockerInfo {
  readonly ServerVersion: string;
  readonly Driver: string;
  readonly DriverStatus: readonly (readonly [string, string])[];
  readonly DockerRootDir: string;
  readonly LiveRestoreEnabled: boolean;
  readonly ContainersRunning: number;
  readonly Warnings: readonly string[] | null;
}

export const dockerInfo = async (guest: Guest): Promise<DockerInfo> => JSON.parse(await dockerApi(guest, '/info'));

/** One line of the driver's status, such as `Pool Name`. */
export const driverStatus = ({ DriverStatus }: DockerInfo, name: string): string | undefined =>
  DriverStatus.find(([key]) => key === name)?.[1];
