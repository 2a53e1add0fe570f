import { parseDaemonJson } from '../engines/docker/daemon-json.ts';
import { findFlags } from '../engines/docker/flags.ts';
import type { DockerPlaces } from '../host/docker/probe-docker.ts';
import type { ConfigFile, SettingsFile } from '../model/docker.ts';

/** Where dockerd looks, keeps its data and listens when nothing tells it otherwise (dockerd(8)). */
const USUAL_CONFIG_PATH = '/etc/docker/daemon.json';
const USUAL_DATA_ROOT = '/var/lib/docker';
const USUAL_SOCKET_PATH = '/var/run/docker.sock';

type Settings = readonly SettingsFile[];

const flagged = (settings: Settings, setting: string): string[] =>
  findFlags(settings)
    .filter((flag) => flag.setting === setting)
    .map(({ value }) => value);

/** What daemon.json says under a key; one that is malformed says nothing here, and is refused later. */
function configured({ content }: ConfigFile, key: string): unknown {
  if (content === null) return undefined;
  const parsed = parseDaemonJson(content);
  return 'settings' in parsed ? parsed.settings[key] : undefined;
}

/** Where the daemon's things are, as its flags and daemon.json say, or else as usual. */
export const DOCKER_PLACES: DockerPlaces = {
  config: (settings) => flagged(settings, 'config-file')[0] ?? USUAL_CONFIG_PATH,
  socket: (settings, config) => {
    const hosts = configured(config, 'hosts');
    const all = [...(Array.isArray(hosts) ? hosts : []), ...flagged(settings, 'hosts')].map(String);
    // fd:// is what systemd listens on: docker.socket, at the usual place.
    const isUsual = all.length === 0 || all.some((host) => host.startsWith('fd://'));
    const unix = all.find((host) => host.startsWith('unix://'))?.slice('unix://'.length);
    return unix ?? (isUsual ? USUAL_SOCKET_PATH : null);
  },
  dataRoot: (settings, config) => {
    const [flag] = flagged(settings, 'data-root');
    const root = configured(config, 'data-root') ?? configured(config, 'graph') ?? flag;
    return typeof root === 'string' ? root : USUAL_DATA_ROOT;
  },
};
