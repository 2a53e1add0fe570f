import type { ImageConfig, InspectedContainer } from './docker-inspect.ts';
import { flag } from './docker-run-flags.ts';

const isShared = (mode: string): boolean => mode === 'host' || mode === 'none' || mode.startsWith('container:');

type Endpoint = NonNullable<NonNullable<NonNullable<InspectedContainer['NetworkSettings']>['Networks']>[string]>;

/** Short ids are what Docker itself adds. */
const ownFlags = ({ Aliases, IPAMConfig, Links }: Endpoint, id: string, alias: string): string[] => [
  ...(Aliases ?? []).filter((name) => !id.startsWith(name)).map((name) => flag(alias, name)),
  ...(IPAMConfig?.IPv4Address ? [flag('ip', IPAMConfig.IPv4Address)] : []),
  ...(IPAMConfig?.IPv6Address ? [flag('ip6', IPAMConfig.IPv6Address)] : []),
  ...(Links ?? []).map((link) => flag('link', link)),
];

const networksOf = ({ NetworkSettings }: InspectedContainer): Readonly<Record<string, Endpoint | null | undefined>> =>
  NetworkSettings?.Networks ?? {};

/** The network that it was started in, its name and address there, and its ports. */
export function networkFlags(container: InspectedContainer, image: ImageConfig): string[] {
  const { Id, Config, HostConfig } = container;
  const mode = HostConfig.NetworkMode ?? 'default';
  const isDefault = mode === 'default' || mode === 'bridge';
  const endpoint = networksOf(container)[mode];
  // One that is the beginning of its id, Docker gave it; on the host's network it has the host's.
  const isNamed =
    Config.Hostname && !Id.startsWith(Config.Hostname) && mode !== 'host' && !mode.startsWith('container:');
  return [
    ...(isDefault ? [] : [flag('network', mode)]),
    ...(endpoint && !isDefault && !isShared(mode) ? ownFlags(endpoint, Id, 'network-alias') : []),
    ...(isNamed ? [flag('hostname', Config.Hostname as string)] : []),
    ...(Config.Domainname ? [flag('domainname', Config.Domainname)] : []),
    ...(Config.MacAddress ? [flag('mac-address', Config.MacAddress)] : []),
    ...(HostConfig.Links ?? []).map((link) => flag('link', linkFlag(link))),
    ...Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => flag('publish', published(HostIp, HostPort, port))),
    ),
    ...Object.keys(Config.ExposedPorts ?? {})
      .filter((port) => !(port in (image.ExposedPorts ?? {})) && !(port in (HostConfig.PortBindings ?? {})))
      .map((port) => flag('expose', port)),
  ];
}

/** `/db:/web/store` is the container db, called store. */
const linkFlag = (link: string): string =>
  link
    .split(':')
    .map((part) => part.split('/').at(-1))
    .join(':');

const published = (ip: string | null | undefined, hostPort: string | null | undefined, port: string): string => {
  const address = ip?.includes(':') ? `[${ip}]` : ip;
  const inside = port.replace(/\/tcp$/, '');
  return address ? `${address}:${hostPort ?? ''}:${inside}` : hostPort ? `${hostPort}:${inside}` : inside;
};

/** Commands that give it its other networks. */
export const connectCommands = (container: InspectedContainer, name: string): string[][] =>
  Object.entries(networksOf(container))
    .filter(([network]) => network !== (container.HostConfig.NetworkMode ?? 'default') && network !== 'bridge')
    .filter(([network]) => !isShared(network))
    .map(([network, endpoint]) => [
      ...['docker', 'network', 'connect'],
      ...(endpoint ? ownFlags(endpoint, container.Id, 'alias') : []),
      network,
      name,
    ]);
