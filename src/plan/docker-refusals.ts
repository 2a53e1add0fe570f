import type { FoundFlag } from '../engines/docker/command-line.ts';
import { parseDaemonJson } from '../engines/docker/daemon-json.ts';
import { findFlags } from '../engines/docker/flags.ts';
import { type JsonProblem, lossProblem } from '../engines/docker/json-text.ts';
import { FILESYSTEM } from '../engines/docker/option-table.ts';
import { OWN_SETUP_POOL } from '../engines/docker/pool-of.ts';
import { hasDevicemapperDriver } from '../engines/docker/version.ts';
import { type DockerFacts, isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { installRemedy } from '../tools/programs.ts';
import { type DockerSite, isDockerAsWanted } from './docker-site.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

type Reason = readonly [RefusalCode, subject: string, reason: string, remedy: string];

const toRefusal = ([code, subject, reason, remedy]: Reason): Refusal => ({ code, subject, reason, remedy });

/** What stands against Docker itself, before anything is compared with what is wanted. */
export function refuseDocker(
  docker: DockerFacts | null,
  programs: readonly string[],
  refuseRoad = refuseBuild,
): Refusal[] {
  if (docker === null) {
    const remedy = `${installRemedy('dockerd')}; or --engine none for the pool alone`;
    return [toRefusal(['missing-program', 'dockerd', 'Docker is not installed', remedy])];
  }
  return [
    ...refusePrograms(docker, programs),
    ...refuseRoad(docker),
    ...refuseConfig(docker),
    ...refuseStray(docker),
    ...refuseOtherRoot(docker),
    ...findFlags(docker.settings).flatMap(refuseFlag),
  ].map(toRefusal);
}

function refusePrograms(docker: DockerFacts, programs: readonly string[]): Reason[] {
  const needed = ['docker', docker.manager === 'systemd' ? 'systemctl' : 'service', 'find', 'rm', 'umount'];
  return needed
    .filter((name) => !programs.includes(name))
    .map((name) => ['missing-program', name, 'this program is needed and was not found', installRemedy(name)]);
}

/** Any build of Docker 25 or later reaches a pool through containerd. */
export const refuseNoBuild = (): Reason[] => [];

function refuseBuild({ version, build }: DockerFacts): Reason[] {
  const older = 'install Docker 24 or older, or use --engine none for the pool alone';
  if (!hasDevicemapperDriver(version)) {
    const through =
      'dmtool setup --device DEV puts such a Docker on a pool through containerd; files and own pools are for Docker 24 or older';
    return [['docker-too-new', `Docker ${version}`, 'the devicemapper driver was taken out in Docker 25', through]];
  }
  if (!build.devicemapper) {
    return [['docker-unfit', `Docker ${version}`, 'it was built without the devicemapper driver', older]];
  }
  if (!build.udevSync) {
    const reason = 'it is a static build: its devicemapper driver does not work together with udev';
    return [['docker-unfit', `Docker ${version}`, reason, "install your distribution's package"]];
  }
  return [];
}

function refuseConfig({ config }: DockerFacts): Reason[] {
  if (config.content === null) return [];
  const parsed = parseDaemonJson(config.content);
  const loss = lossProblem(config.content);
  if ('settings' in parsed && loss === undefined) return [];
  const [{ line, column, problem }, remedy] =
    'settings' in parsed
      ? [loss as JsonProblem, 'write it in UTF-8: it could not be kept as it is']
      : [parsed, 'mend it by hand: Docker does not start on it either'];
  return [['config-malformed', `${config.path}, line ${line}, column ${column}`, problem, remedy]];
}

/** It would go on writing below a data root that is moved. */
const refuseStray = ({ isStray }: DockerFacts): Reason[] =>
  isStray
    ? [
        [
          'docker-stray',
          'dockerd',
          'it runs, and docker.service did not start it',
          'stop it, or start it by its service',
        ],
      ]
    : [];

/** What is moved away must be what Docker comes back to. */
function refuseOtherRoot({ info, dataRoot, idleRoot }: DockerFacts): Reason[] {
  if (info === null || dataRoot.realPath === idleRoot) return [];
  const reason = `Docker runs on ${dataRoot.realPath}, and with its present settings would start on ${idleRoot}`;
  const remedy = 'restart Docker first; with userns-remap dmtool can only make the pool (--engine none)';
  return [['data-root-differs', dataRoot.path, reason, remedy]];
}

/** Docker refuses an option that stands in daemon.json and on its command line. */
function refuseFlag({ setting, value, path }: FoundFlag): Reason[] {
  if (setting !== 'storage-driver' && setting !== 'storage-opts') return [];
  const reason = `it sets ${setting} to ${value}, which daemon.json is to set: Docker takes it from one place only`;
  return [['option-conflict', path, reason, 'take it out there; dmtool writes daemon.json']];
}

/** What stands against moving Docker from where it is to the target. */
export function refuseMove(host: Host, site: DockerSite): Refusal[] {
  return [
    ...refuseSilence(site),
    ...refuseOwnFiles(host, site),
    ...refuseForeignPool(site),
    ...refuseUsedPool(host, site),
    ...refuseFilesystem(site),
    ...refuseSwarm(site),
    ...refuseMounts(site),
  ].map(toRefusal);
}

/** What can't be asked for its containers would lose them; one that a cut-off run has just started may still come up. */
function refuseSilence({ docker, isUnfinished }: DockerSite): Reason[] {
  const runs = docker.services.some(({ name, state }) => name !== 'docker.socket' && state === 'running');
  if (isUnfinished || !runs || docker.info !== null) return [];
  const reason = 'it runs, and does not answer on its unix socket: what runs in it is not known';
  return [['docker-silent', 'Docker', reason, 'see what ails it, or give it a unix socket (hosts in daemon.json)']];
}

/** Teardown would take what Docker holds on files of its own for what setup made. */
function refuseOwnFiles(host: Host, site: DockerSite): Reason[] {
  if (site.target.kind !== 'loop-lvm' || !site.isOnTarget || site.isKnown || isDockerAsWanted(host, site)) return [];
  const reason = 'Docker is on files already (loop-lvm), and dmtool did not bring it there';
  return [['data-root-foreign', site.docker.dataRoot.path, reason, 'change its options in daemon.json by hand']];
}

const POOL_OPTION = /"dm\.thinpooldev=([^"]+)"/;

/** A data root whose images live on another pool would lose them without a word: its pool stays behind unseen. */
function refuseForeignPool({ docker, target, isOnTarget, place }: DockerSite): Reason[] {
  if (isOnTarget || place === null || !docker.dataRoot.drivers.includes('devicemapper')) return [];
  const named = POOL_OPTION.exec(docker.config.content ?? '')?.[1] ?? docker.info?.driverStatus['Pool Name'];
  const pool = named ?? (docker.dataRoot.ownSetup === null ? undefined : OWN_SETUP_POOL);
  if (docker.dataRoot.hasLoopFiles || pool === undefined) return [];
  if ('poolName' in target && [`/dev/mapper/${target.poolName}`, target.poolName].includes(pool)) return [];
  const reason = `it belongs to another thin pool, ${pool}`;
  return [
    ['data-root-foreign', docker.dataRoot.path, reason, 'dmtool teardown for that pool, or move it away by hand'],
  ];
}

/** Docker takes no pool that holds blocks which its data root knows nothing of. */
function refuseUsedPool(host: Host, { docker, target, isOnTarget }: DockerSite): Reason[] {
  if (target.kind === 'loop-lvm' || target.kind === 'containerd' || isOnTarget) return [];
  const status = host.thinPools.find(({ name }) => name === target.poolName)?.status;
  if (status?.state !== 'working' || status.usedDataBlocks === 0n) return [];
  if (docker.dataRoot.ownSetup !== null && target.poolName === OWN_SETUP_POOL) {
    const made = `Docker has made this pool by itself, of ${docker.dataRoot.ownSetup.device}`;
    return [
      ['pool-used', `/dev/mapper/${target.poolName}`, made, 'say --provisioner docker, or dmtool teardown first'],
    ];
  }
  const reason = `${status.usedDataBlocks} blocks of it are in use, and Docker's data root does not know them`;
  return [['pool-used', `/dev/mapper/${target.poolName}`, reason, 'choose another --pool, or dmtool teardown first']];
}

/** Docker makes its base device once. With another dm.fs it starts all the same, and heeds it not (verifyBaseDeviceUUIDFS). */
function refuseFilesystem({ docker, options, isOnTarget }: DockerSite): Reason[] {
  const asked = options.find(({ name }) => name === FILESYSTEM)?.value;
  const there = isOnTarget ? docker.info?.driverStatus['Backing Filesystem'] : undefined;
  if (asked === undefined || there === undefined || asked === there) return [];
  const reason = `its containers' filesystems are ${there}, which stays so once Docker has made the first`;
  return [['pool-differs', docker.dataRoot.path, reason, 'leave --fs out, or dmtool teardown and set it up anew']];
}

function refuseSwarm({ docker, intent, place }: DockerSite): Reason[] {
  if (place === null || intent.setSwarmAside || !(docker.dataRoot.hasSwarm || docker.info?.swarm)) return [];
  const reason = 'this host is a member of a swarm, and its state would be set aside';
  return [['swarm-member', docker.dataRoot.path, reason, 'docker swarm leave, or agree to it with --set-swarm-aside']];
}

function refuseMounts({ docker, place }: DockerSite): Reason[] {
  if (place === null) return [];
  const reason = isDockerUp(docker)
    ? 'a filesystem of its own is mounted below the data root, which is to be moved'
    : 'it is mounted below the data root, which is to be moved: a container may still run from it (live-restore)';
  const remedy = isDockerUp(docker)
    ? 'umount it, and take it out of /etc/fstab'
    : 'start Docker and stop its containers first, or umount it';
  return docker.dataRoot.mounts.map((mountPoint): Reason => ['data-root-busy', mountPoint, reason, remedy]);
}
