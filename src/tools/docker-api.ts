import * as z from 'zod/mini';
import type { Container, DockerInfo } from '../model/docker.ts';
import { parseJson } from './shape.ts';

/** What a running daemon says of itself; its version as `dockerd --version` has it. */
export interface DaemonSelf {
  version: string;
  info: DockerInfo;
}

const info = z.pipe(
  z.object({
    ServerVersion: z.string(),
    Driver: z.string(),
    DriverStatus: z.nullish(z.array(z.tuple([z.string(), z.string()]))),
    DockerRootDir: z.string(),
    LiveRestoreEnabled: z._default(z.boolean(), false),
    Swarm: z._default(z.object({ LocalNodeState: z._default(z.string(), '') }), { LocalNodeState: '' }),
  }),
  z.transform(
    (answer): DaemonSelf => ({
      version: answer.ServerVersion,
      info: {
        driver: answer.Driver,
        driverStatus: Object.fromEntries(answer.DriverStatus ?? []),
        dataRoot: answer.DockerRootDir,
        liveRestore: answer.LiveRestoreEnabled,
        swarm: !['', 'inactive'].includes(answer.Swarm.LocalNodeState),
      },
    }),
  ),
);

const ids = z.array(z.object({ Id: z.string().check(z.regex(/^[0-9a-f]+$/)) }));

const container = z.pipe(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Config: z.object({ Image: z.string() }),
    State: z.object({ Running: z.boolean() }),
    HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string() }), AutoRemove: z._default(z.boolean(), false) }),
  }),
  z.transform(
    (answer): Container => ({
      id: answer.Id,
      name: answer.Name.replace(/^\//, ''),
      image: answer.Config.Image,
      running: answer.State.Running,
      autoRemove: answer.HostConfig.AutoRemove,
      // Containers of old daemons have none at all.
      restartPolicy: answer.HostConfig.RestartPolicy.Name || 'no',
    }),
  ),
);

/**
 * Reads the answer to GET /info (Docker Engine API).
 * @throws UnreadableOutput
 */
export const parseInfo = (text: string): DaemonSelf => parseJson('dockerd: /info', text, info);

/**
 * Reads the answer to GET /containers/json: ids alone, because it names neither restart policies nor, for a container with
 * links, which name is its own.
 * @throws UnreadableOutput
 */
export const parseContainerIds = (text: string): string[] =>
  parseJson('dockerd: /containers/json', text, ids).map(({ Id }) => Id);

/**
 * Reads the answer to GET /containers/ID/json. A container that is paused or about to be restarted runs.
 * @throws UnreadableOutput
 */
export const parseContainer = (text: string): Container => parseJson('dockerd: /containers/ID/json', text, container);

const plugin = z.object({ plugin: z.object({ Name: z.string() }) });

/**
 * Reads a plugin's name in a data root's plugins/ID/config.json.
 * @throws UnreadableOutput
 */
export const parsePluginName = (text: string): string => parseJson('config.json of a plugin', text, plugin).plugin.Name;
