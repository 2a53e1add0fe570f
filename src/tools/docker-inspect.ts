import * as z from 'zod/mini';
import { parseJson } from './shape.ts';

const words = z.nullish(z.array(z.string()));
const text = z.nullish(z.string());
const count = z.nullish(z.number());
const flag = z.nullish(z.boolean());
const table = z.nullish(z.record(z.string(), z.nullish(z.string())));
const keys = z.nullish(z.record(z.string(), z.unknown()));

/** Durations are in nanoseconds. */
const health = z.object({ Test: words, Interval: count, Timeout: count, StartPeriod: count, Retries: count });

/** What a container and an image both have. */
const config = z.object({
  User: text,
  Env: words,
  Cmd: words,
  Entrypoint: words,
  WorkingDir: text,
  Labels: table,
  ExposedPorts: keys,
  Volumes: keys,
  StopSignal: text,
  Healthcheck: z.nullish(health),
});

const bindings = z.nullish(z.array(z.object({ HostIp: text, HostPort: text })));

const mount = z.object({
  Type: z.string(),
  Source: text,
  Target: z.string(),
  ReadOnly: flag,
  BindOptions: z.nullish(z.object({ Propagation: text })),
  VolumeOptions: z.nullish(
    z.object({ NoCopy: flag, DriverConfig: z.nullish(z.object({ Name: text, Options: table })) }),
  ),
  TmpfsOptions: z.nullish(z.object({ SizeBytes: count, Mode: count })),
});

const hostConfig = z.object({
  AutoRemove: flag,
  Binds: words,
  Mounts: z.nullish(z.array(mount)),
  Tmpfs: table,
  VolumesFrom: words,
  VolumeDriver: text,
  PortBindings: z.nullish(z.record(z.string(), bindings)),
  PublishAllPorts: flag,
  NetworkMode: text,
  RestartPolicy: z.nullish(z.object({ Name: text, MaximumRetryCount: count })),
  LogConfig: z.nullish(z.object({ Type: text, Config: table })),
  Privileged: flag,
  ReadonlyRootfs: flag,
  Init: flag,
  OomKillDisable: flag,
  CapAdd: words,
  CapDrop: words,
  SecurityOpt: words,
  GroupAdd: words,
  Dns: words,
  DnsSearch: words,
  DnsOptions: words,
  ExtraHosts: words,
  Links: words,
  DeviceCgroupRules: words,
  Devices: z.nullish(
    z.array(z.object({ PathOnHost: z.string(), PathInContainer: z.string(), CgroupPermissions: text })),
  ),
  DeviceRequests: z.nullish(z.array(z.object({ Driver: text, Count: count, DeviceIDs: words }))),
  Ulimits: z.nullish(z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() }))),
  Sysctls: table,
  StorageOpt: table,
  Annotations: table,
  IpcMode: text,
  PidMode: text,
  UTSMode: text,
  UsernsMode: text,
  CgroupnsMode: text,
  CgroupParent: text,
  Runtime: text,
  Memory: count,
  MemorySwap: count,
  MemoryReservation: count,
  MemorySwappiness: count,
  NanoCpus: count,
  CpuShares: count,
  CpuPeriod: count,
  CpuQuota: count,
  CpusetCpus: text,
  CpusetMems: text,
  PidsLimit: count,
  OomScoreAdj: count,
  BlkioWeight: count,
  ShmSize: count,
});

const endpoint = z.object({
  Aliases: words,
  Links: words,
  IPAMConfig: z.nullish(z.object({ IPv4Address: text, IPv6Address: text })),
});

const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  State: z.object({ Running: z.boolean() }),
  Mounts: z.nullish(z.array(z.object({ Type: text, Name: text, Destination: z.string() }))),
  Config: z.extend(config, {
    Image: z.string(),
    Hostname: text,
    Domainname: text,
    Tty: flag,
    OpenStdin: flag,
    StopTimeout: count,
    MacAddress: text,
  }),
  HostConfig: hostConfig,
  NetworkSettings: z.nullish(z.object({ Networks: z.nullish(z.record(z.string(), z.nullish(endpoint))) })),
});

/** A container as `docker inspect` has it, as far as docker run has a flag for it. */
export type InspectedContainer = z.output<typeof inspected>;
export type HostConfig = InspectedContainer['HostConfig'];
/** What an image brings along for its containers. */
export type ImageConfig = z.output<typeof config>;
export type Health = z.output<typeof health>;

/**
 * Reads the answer to GET /containers/ID/json.
 * @throws UnreadableOutput
 */
export const parseInspected = (answer: string): InspectedContainer =>
  parseJson('dockerd: /containers/ID/json', answer, inspected);

const image = z.object({ Config: z.nullish(config) });

/**
 * Reads what an image brings along in the answer to GET /images/ID/json.
 * @throws UnreadableOutput
 */
export const parseImageConfig = (answer: string): ImageConfig =>
  parseJson('dockerd: /images/ID/json', answer, image).Config ?? {};
