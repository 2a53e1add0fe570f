import type { Health, HostConfig, ImageConfig } from './docker-inspect.ts';

/** Flags that are given once for each of several words. */
const EACH = {
  CapAdd: 'cap-add',
  CapDrop: 'cap-drop',
  SecurityOpt: 'security-opt',
  GroupAdd: 'group-add',
  Dns: 'dns',
  DnsSearch: 'dns-search',
  DnsOptions: 'dns-option',
  ExtraHosts: 'add-host',
  DeviceCgroupRules: 'device-cgroup-rule',
  VolumesFrom: 'volumes-from',
  Binds: 'volume',
} as const;

/** Flags without a value. */
const SWITCHES = {
  AutoRemove: 'rm',
  Privileged: 'privileged',
  ReadonlyRootfs: 'read-only',
  Init: 'init',
  OomKillDisable: 'oom-kill-disable',
  PublishAllPorts: 'publish-all',
} as const;

/** Flags for what a table maps to what. */
const TABLES = { Sysctls: 'sysctl', StorageOpt: 'storage-opt', Annotations: 'annotation' } as const;

/** Flags with one value, and what they are when nobody gave them. */
const VALUES = {
  IpcMode: ['ipc', 'private', 'shareable'],
  PidMode: ['pid'],
  UTSMode: ['uts'],
  UsernsMode: ['userns'],
  CgroupnsMode: ['cgroupns', 'private', 'host'],
  CgroupParent: ['cgroup-parent'],
  VolumeDriver: ['volume-driver'],
  Runtime: ['runtime', 'runc'],
  CpusetCpus: ['cpuset-cpus'],
  CpusetMems: ['cpuset-mems'],
  Memory: ['memory', 0],
  MemoryReservation: ['memory-reservation', 0],
  MemorySwappiness: ['memory-swappiness', -1],
  CpuShares: ['cpu-shares', 0],
  CpuPeriod: ['cpu-period', 0],
  CpuQuota: ['cpu-quota', 0],
  PidsLimit: ['pids-limit', 0],
  OomScoreAdj: ['oom-score-adj', 0],
  BlkioWeight: ['blkio-weight', 0],
  ShmSize: ['shm-size', 64 * 1024 * 1024],
} as const;

const NANO = 1e9;

const entries = <Of extends object>(of: Of): [keyof Of, Of[keyof Of]][] =>
  Object.entries(of) as [keyof Of, Of[keyof Of]][];

/** `--flag=value`: a value may begin with a dash. */
export const flag = (name: string, value: string | number): string => `--${name}=${value}`;

/** `--flag=key=value` for each. */
export const tableFlags = (name: string, table: Readonly<Record<string, string | null | undefined>>): string[] =>
  Object.entries(table).map(([key, value]) => flag(name, value === '' || value == null ? key : `${key}=${value}`));

/** What has a flag of its own name and no more to it. */
export function plainFlags(host: HostConfig): string[] {
  const switches = entries(SWITCHES).filter(([key]) => host[key] === true);
  const values = entries(VALUES).filter(([key, [, ...usual]]) => {
    const value = host[key] ?? '';
    return value !== '' && !(usual as readonly (string | number)[]).includes(value);
  });
  return [
    ...switches.map(([, name]) => `--${name}`),
    ...values.map(([key, [name]]) => flag(name, host[key] as string | number)),
    ...entries(EACH).flatMap(([key, name]) => (host[key] ?? []).map((word) => flag(name, word))),
    ...entries(TABLES).flatMap(([key, name]) => tableFlags(name, host[key] ?? {})),
    ...swapFlags(host),
    ...(host.NanoCpus ? [flag('cpus', host.NanoCpus / NANO)] : []),
  ];
}

/** Docker sets twice the memory by itself. */
const swapFlags = ({ Memory, MemorySwap }: HostConfig): string[] =>
  MemorySwap && MemorySwap !== (Memory ?? 0) * 2 ? [flag('memory-swap', MemorySwap)] : [];

/** Devices and limits. */
export const resourceFlags = ({ Devices, DeviceRequests, Ulimits }: HostConfig): string[] => [
  ...(Devices ?? []).map(({ PathOnHost, PathInContainer, CgroupPermissions }) =>
    flag('device', [PathOnHost, PathInContainer, CgroupPermissions || 'rwm'].join(':')),
  ),
  ...(DeviceRequests ?? []).map(({ Count, DeviceIDs }) =>
    flag('gpus', DeviceIDs?.length ? `"device=${DeviceIDs.join(',')}"` : Count === -1 ? 'all' : (Count ?? 'all')),
  ),
  ...(Ulimits ?? []).map(({ Name, Soft, Hard }) => flag('ulimit', `${Name}=${Soft}:${Hard}`)),
];

/** When it starts by itself, and where its output goes. */
export function policyFlags({ RestartPolicy, LogConfig }: HostConfig): string[] {
  const { Name, MaximumRetryCount } = RestartPolicy ?? {};
  const often = Name === 'on-failure' && MaximumRetryCount ? `:${MaximumRetryCount}` : '';
  const options = Object.entries(LogConfig?.Config ?? {});
  const isUsual = (LogConfig?.Type ?? 'json-file') === 'json-file' && options.length === 0;
  return [
    ...(Name && Name !== 'no' ? [flag('restart', `${Name}${often}`)] : []),
    ...(isUsual ? [] : [flag('log-driver', LogConfig?.Type ?? 'json-file')]),
    ...tableFlags('log-opt', Object.fromEntries(options)),
  ];
}

/** How its health is asked after, where that is not the image's own way. */
export function healthFlags(health: Health | null | undefined, image: ImageConfig): string[] {
  if (!health || JSON.stringify(health) === JSON.stringify(image.Healthcheck)) return [];
  const [how, ...command] = health.Test ?? [];
  if (how === 'NONE') return ['--no-healthcheck'];
  const times = { interval: health.Interval, timeout: health.Timeout, 'start-period': health.StartPeriod };
  return [
    ...(command.length > 0 ? [flag('health-cmd', command.join(' '))] : []),
    ...Object.entries(times).flatMap(([name, value]) => (value ? [flag(`health-${name}`, `${value / NANO}s`)] : [])),
    ...(health.Retries ? [flag('health-retries', health.Retries)] : []),
  ];
}
