import { dockerStart } from '../tools/docker-commands.ts';
import { clearDirectory } from '../tools/file-commands.ts';
import type { DockerSite } from './docker-site.ts';
import { awaitAnswer } from './docker-stop.ts';
import { exec } from './make-step.ts';
import type { Action } from './step.ts';

/**
 * Everything back to before, by hand: Docker stopped, its data and daemon.json as they were, the pool gone, Docker up
 * again.
 * @param pool what removes the pool
 */
export function dockerWayBack({ docker, target, owns }: DockerSite, pool: readonly Action[]): Action[] {
  const { manager, services } = docker;
  const { config, dataRoot, containers } = owns;
  const { path: root, backup, isMountPoint, carriesVolumes } = dataRoot;
  const back: Action[] =
    backup === null
      ? // Where nothing lay before, what Docker makes there would tell it of a pool that is gone.
        docker.dataRoot.isEmpty
        ? [exec(clearDirectory(root))]
        : []
      : [
          ...(carriesVolumes
            ? [{ kind: 'move', from: `${root}/volumes`, to: `${backup}/volumes` } satisfies Action]
            : []),
          exec(clearDirectory(root)),
          { kind: 'bring-back', root, backup, isMountPoint },
        ];
  const names = services.map(({ name }) => name);
  return [
    { kind: 'service', verb: 'stop', manager, names },
    ...('poolName' in target ? [{ kind: 'release-pool', poolName: target.poolName } satisfies Action] : []),
    ...back,
    config.before === null
      ? { kind: 'remove-file', path: config.path }
      : { kind: 'write-file', path: config.path, content: config.before, mode: config.mode, owner: config.owner },
    ...(config.backup === null ? [] : [{ kind: 'remove-file', path: config.backup } satisfies Action]),
    ...pool,
    ...(owns.services.length > 0
      ? [{ kind: 'service', verb: 'start', manager, names: owns.services } satisfies Action]
      : []),
    ...(containers.length > 0 ? [awaitAnswer, exec(dockerStart(containers))] : []),
  ];
}
