import { boot } from '../../lab/boot.ts';
import { LabFailure } from '../../lab/errors.ts';
import type { BootOptions, Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

const configPath = '/etc/containerd/config.toml';

/** What the package brings, on Debian 12 and 13. */
const debianConfig = `version = 2

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "/usr/lib/cni"
      conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.internal.v1.opt"]
    path = "/var/lib/containerd/opt"
`;

export interface DevmapperSettings {
  /** The pool's device-mapper name, such as `docker-thinpool`. */
  readonly pool: string;
  /** Small by default: a guest takes its time to make a filesystem. */
  readonly baseImageSize?: string;
  readonly rootPath?: string;
  /** Further keys of the table, as TOML: `async_remove = true`. */
  readonly more?: readonly string[];
}

/** The text of a config.toml, as the package brings it; with a pool, what an administrator adds to it. */
export function containerdConfig(devmapper?: DevmapperSettings): string {
  if (devmapper === undefined) return debianConfig;
  const { pool, baseImageSize = '256MB', rootPath = '/var/lib/containerd/devmapper', more = [] } = devmapper;
  const keys = [`root_path = "${rootPath}"`, `pool_name = "${pool}"`, `base_image_size = "${baseImageSize}"`, ...more];
  const table = keys.map((key) => `    ${key}\n`).join('');
  return `${debianConfig}  [plugins."io.containerd.snapshotter.v1.devmapper"]\n${table}`;
}

export const writeContainerdConfig = (guest: Guest, devmapper?: DevmapperSettings): Promise<void> =>
  guest.writeFile(configPath, containerdConfig(devmapper));

/** What `systemctl enable` does, without the seconds that it spends on init scripts. */
const enableScript = `
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s /lib/systemd/system/containerd.service /etc/systemd/system/multi-user.target.wants/`;

/** A host with containerd installed, not yet started; under systemd it starts at the next boot. /var/lib is an ext4 of its own. */
export async function bootContainerd(options: BootOptions = {}): Promise<Guest> {
  const guest = await boot({ memory: '768M', filesystems: ['/var/lib'], ...options });
  try {
    if (options.init === 'systemd') await must(guest, enableScript);
    await writeContainerdConfig(guest);
    return guest;
  } catch (error) {
    await guest.close();
    throw error;
  }
}

const logPath = '/var/log/containerd.log';
const pidPath = '/run/containerd-ssd.pid';

/** It has no init script of its own. Without systemd its log is followed from where it ended, until it serves or is gone. */
const startScript = `
if [ -d /run/systemd/system ]; then exec systemctl start containerd; fi
from=$(stat -c %s ${logPath} 2> /dev/null || echo 0)
start-stop-daemon --start --background --no-close --make-pidfile --pidfile ${pidPath} --exec /usr/bin/containerd \\
  >> ${logPath} 2>&1
tail --pid="$(cat ${pidPath})" -c "+$((from + 1))" -F ${logPath} 2> /dev/null | grep -q -m1 'successfully booted'`;

/** Starts containerd, and waits until its socket answers. That it serves does not say that all its plugins do. */
export async function startContainerd(guest: Guest): Promise<void> {
  const { exitCode, stdout, stderr } = await guest.sh(`set -e; ${startScript}`);
  if (exitCode === 0) return void (await must(guest, 'ctr version'));
  throw new LabFailure(`containerd does not start:\n${stdout}${stderr}${await containerdLog(guest)}`);
}

const stopScript = `
if [ -d /run/systemd/system ]; then exec systemctl stop containerd; fi
pid=$(cat ${pidPath})
kill "$pid"
tail --pid="$pid" --follow /dev/null
rm ${pidPath}`;

/** Stops containerd; containers run on, as they do on every host. */
export const stopContainerd = (guest: Guest): Promise<string> => must(guest, stopScript);

/** The last that it said. */
export const containerdLog = (guest: Guest, lines = 40): Promise<string> =>
  must(
    guest,
    `if [ -d /run/systemd/system ]; then journalctl -u containerd -n "$1" -o cat; else tail -n "$1" ${logPath}; fi`,
    String(lines),
  );

/** `ok`, `skip` or `error`, as `ctr plugins ls` says it; undefined for what containerd has never heard of. */
export async function snapshotterState(guest: Guest, name = 'devmapper'): Promise<string | undefined> {
  const list = await must(guest, 'ctr plugins ls');
  const line = list
    .split('\n')
    .find((text) => text.startsWith('io.containerd.snapshotter.') && text.includes(` ${name} `));
  return line?.trim().split(/\s+/).at(-1);
}
