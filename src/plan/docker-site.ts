import {
  DEVICEMAPPER,
  isOnStore,
  type MergedConfig,
  mergeDaemonJson,
  mergeStoreJson,
} from '../engines/docker/daemon-json.ts';
import { OWN_SETUP_OPTION } from '../engines/docker/option-table.ts';
import { optionsFor } from '../engines/docker/options.ts';
import { expectedStatus, STORE_STATUS } from '../engines/docker/status.ts';
import { isSnapshotterOn } from '../model/containerd.ts';
import { type DockerFacts, isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, DockerTarget, PoolTarget, StorageOption } from '../model/intent.ts';
import type { DockerOwnership } from '../model/ownership.ts';
import { type Condition, holds } from './condition.ts';
import { ownershipOf } from './docker-owns.ts';
import { carryFrom, placeFor } from './docker-place.ts';
import type { Place } from './step.ts';

/** Docker as it is found, beside what it is to run on. */
export interface DockerSite {
  docker: DockerFacts;
  intent: DockerIntent;
  target: DockerTarget;
  options: readonly StorageOption[];
  config: MergedConfig;
  /** What lies in the data root already belongs to the target. */
  isOnTarget: boolean;
  /** An earlier run was cut off. */
  isUnfinished: boolean;
  /** Where the data root's contents are still to go, all of them or what a cut-off run left; null: nothing is to go. */
  place: Place | null;
  /** The volumes are still to be taken over out of this backup. */
  carryFrom: string | null;
  owns: DockerOwnership;
  /** A run of dmtool's brought Docker where it is, and knows where it was before. */
  isKnown: boolean;
  /** The pool stands already, and nothing was ever written to it. */
  isPoolUnused: boolean;
  /** What `docker info` must say in the end. */
  expect: readonly Condition[];
}

/** Compares Docker with what is wanted. daemon.json must have been found well-formed. */
export function surveyDocker(
  host: Host,
  docker: DockerFacts,
  name: string,
  intent: DockerIntent,
  target: DockerTarget,
): DockerSite {
  const options = target.kind === 'containerd' ? [] : optionsFor(target, intent.storageOptions);
  const { content } = docker.config;
  const config = target.kind === 'containerd' ? mergeStoreJson(content) : mergeDaemonJson(content, options);
  const unfinished = host.ownership.find((record) => record.name === name)?.docker ?? undefined;
  const installed = host.installed.find((each) => each.name === name)?.docker ?? undefined;
  const record = unfinished ?? installed;
  const isOnTarget =
    target.kind === 'containerd'
      ? belongsToStore(host, target.poolName, docker, installed, unfinished)
      : belongsTo(target, docker, unfinished !== undefined);
  const place = placeFor(docker.dataRoot, record, unfinished, isOnTarget);
  const owns = ownershipOf(docker, config.text, record, unfinished, place, intent);
  return {
    docker,
    intent,
    target,
    options,
    config,
    isOnTarget,
    isUnfinished: unfinished !== undefined,
    place,
    carryFrom: carryFrom(docker, owns, place),
    owns,
    isKnown: record !== undefined,
    isPoolUnused: target.kind === 'direct-lvm' && holds({ is: 'pool-unused', poolName: target.poolName }, host),
    expect: [
      { is: 'docker-info', name: 'Storage Driver', value: target.kind === 'containerd' ? 'devmapper' : DEVICEMAPPER },
      ...Object.entries(statusFor(target, options, docker)).map(
        ([key, value]) => ({ is: 'docker-info', name: key, value }) as const,
      ),
    ],
  };
}

const statusFor = (target: DockerTarget, options: readonly StorageOption[], { dataRoot }: DockerFacts) =>
  target.kind === 'containerd' ? STORE_STATUS : expectedStatus(target, options, dataRoot.realPath);

/** Whether the data root holds Docker's metadata of this very pool: what daemon.json names, and what lies there. */
function belongsTo(target: PoolTarget, { config, dataRoot }: DockerFacts, isUnfinished: boolean): boolean {
  const names = (option: string): boolean => (config.content ?? '').includes(`"${option}`);
  if (!dataRoot.drivers.includes(DEVICEMAPPER)) return false;
  if (target.kind === 'loop-lvm' || dataRoot.hasLoopFiles) return target.kind === 'loop-lvm' && dataRoot.hasLoopFiles;
  // Until Docker has made its pool, what it began there is known by the run that had it begin.
  if (target.kind === 'own-setup') return dataRoot.ownSetup !== null || (isUnfinished && names(`${OWN_SETUP_OPTION}=`));
  return names(`dm.thinpooldev=${target.device}"`);
}

/**
 * The same of containerd's store, which leaves nothing there that tells of a driver. daemon.json names the snapshotter, and
 * that may never have been on any pool: what the records say counts, and where there are none, containerd's word.
 */
function belongsToStore(
  { containerd }: Host,
  poolName: string,
  { config, dataRoot }: DockerFacts,
  installed: DockerOwnership | undefined,
  unfinished: DockerOwnership | undefined,
): boolean {
  if (!isOnStore(config.content ?? '') || dataRoot.drivers.length > 0) return false;
  if (installed) return true;
  if (!unfinished) return containerd !== null && isSnapshotterOn(containerd, poolName);
  const { backup } = unfinished.dataRoot;
  // Else that run was to set aside what lies there, and has not come to it.
  return backup === null || dataRoot.backups.some(({ path }) => path === backup);
}

/** Whether there is nothing to do for Docker. */
export function isDockerAsWanted(host: Host, { docker, config, place, carryFrom, expect }: DockerSite): boolean {
  const isWritten = config.text === docker.config.content;
  const isMoved = place === null && carryFrom === null;
  return isMoved && isWritten && isDockerUp(docker) && expect.every((each) => holds(each, host));
}
