import * as z from 'zod';
import type { Container, DockerInfo } from '../../model/docker.ts';
import { parseJson } from '../../tools/json.ts';

const info = z.object({
  Driver: z.string(),
  DriverStatus: z.array(z.tuple([z.string(), z.string()])).nullish(),
  DockerRootDir: z.string().startsWith('/'),
  LiveRestoreEnabled: z.boolean().default(false),
  Swarm: z.object({ LocalNodeState: z.string() }).optional(),
});

/** A node's states in which there is no swarm (api/types/swarm/swarm.go). */
const NO_SWARM = ['', 'inactive'];

/**
 * Reads GET /info of the Docker Engine API, or `docker info --format '{{json .}}'`.
 * @throws UnreadableOutput when it is not that
 */
export function parseDockerInfo(text: string): DockerInfo {
  const parsed = parseJson('docker info', text, info);
  return {
    driver: parsed.Driver,
    driverStatus: Object.fromEntries(parsed.DriverStatus ?? []),
    dataRoot: parsed.DockerRootDir,
    liveRestore: parsed.LiveRestoreEnabled,
    swarm: !NO_SWARM.includes(parsed.Swarm?.LocalNodeState ?? ''),
  };
}

const container = z.object({
  Id: z.string().min(1),
  Names: z.array(z.string()).nullable(),
  Image: z.string(),
  State: z.string(),
});

/** Stopping the daemon stops these: a paused container runs, and so does one between two tries. */
const UP = ['running', 'paused', 'restarting'];

/**
 * Reads GET /containers/json?all=1, and for what it leaves out GET /containers/ID/json of each, in any order. A
 * container without an answer of its own (it went away meanwhile) counts as one without a restart policy.
 * @throws UnreadableOutput when one is not that
 */
export function parseContainers(list: string, inspections: readonly string[]): Container[] {
  const policies = new Map(inspections.map(parseRestartPolicy));
  return parseJson('docker ps', list, z.array(container)).map(({ Id, Names, Image, State }) => ({
    id: Id,
    name: ownName(Names ?? []) ?? Id,
    image: Image,
    running: UP.includes(State),
    restartPolicy: policies.get(Id) ?? 'no',
  }));
}

/** Of names like /web and /other/link, the one that is not a link's. */
const ownName = (names: readonly string[]): string | undefined =>
  names.find((name) => /^\/[^/]+$/.test(name))?.slice(1);

const inspection = z.object({
  Id: z.string(),
  HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string() }) }),
});

/** Id and policy; an empty name means `no`. */
function parseRestartPolicy(text: string): [string, string] {
  const { Id, HostConfig } = parseJson('docker inspect', text, inspection);
  return [Id, HostConfig.RestartPolicy.Name || 'no'];
}
