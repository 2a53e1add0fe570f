import type { DockerFacts } from '../model/docker.ts';
import { isDockerUp, runningContainers } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about Docker. Where there is no Docker, none of them holds. */
export type DockerCondition =
  | { is: 'docker-stopped' }
  /** The API answers. */
  | { is: 'docker-answers' }
  /** Its service manager has given it up. */
  | { is: 'docker-failed' }
  /** What `docker info` says under a name; `Storage Driver` and `Docker Root Dir` are names too. */
  | { is: 'docker-info'; name: string; value: string }
  | { is: 'containers-run'; names: readonly string[] }
  | { is: 'no-container-runs' }
  /** All that lay in the data root lies in the backup. */
  | { is: 'set-aside'; backup: string }
  /** Docker's volumes lie in the backup still. */
  | { is: 'volumes-aside'; backup: string }
  | { is: 'data-root-empty' }
  /** Nothing in it is mounted over itself any more. */
  | { is: 'data-root-released' }
  /** Nothing is mounted in it at all: no container runs from it. */
  | { is: 'data-root-quiet' };

const whereInstalled =
  <Kind extends DockerCondition>(answer: (docker: DockerFacts, condition: Kind) => boolean) =>
  ({ docker }: Host, condition: Kind): boolean =>
    docker !== null && answer(docker, condition);

const backupOf = ({ dataRoot }: DockerFacts, path: string) => dataRoot.backups.find((each) => each.path === path);

/** Versions before 17.06 put a blank before units. */
const UNIT_AFTER_BLANK = /^([\d.]+) (k?B|[MGTPEZY]B)$/;

/** How each is answered. */
export const dockerAnswers: Answers<DockerCondition> = {
  'docker-stopped': whereInstalled((docker) => !isDockerUp(docker)),
  'docker-answers': whereInstalled((docker) => docker.info !== null),
  'docker-failed': whereInstalled(({ services }) => services.some(({ state }) => state === 'failed')),

  'docker-info': whereInstalled(({ info }, { name, value }) => {
    if (info === null) return false;
    if (name === 'Storage Driver') return info.driver === value;
    if (name === 'Docker Root Dir') return info.dataRoot === value;
    // Docker leaves out what is empty, or says it: that depends on its version.
    return (info.driverStatus[name] ?? '').replace(UNIT_AFTER_BLANK, '$1$2') === value;
  }),

  'containers-run': whereInstalled((docker, { names }) => {
    const running = runningContainers(docker);
    return names.every((name) => running.includes(name));
  }),

  'no-container-runs': whereInstalled((docker) => runningContainers(docker).length === 0),
  'set-aside': whereInstalled((docker, { backup }) => backupOf(docker, backup) !== undefined),
  'volumes-aside': whereInstalled((docker, { backup }) => backupOf(docker, backup)?.hasVolumes === true),
  'data-root-empty': whereInstalled(({ dataRoot }) => dataRoot.isEmpty),
  'data-root-released': whereInstalled(({ dataRoot }) => dataRoot.selfMounts.length === 0),
  'data-root-quiet': whereInstalled(({ dataRoot }) => dataRoot.selfMounts.length + dataRoot.mounts.length === 0),
};
