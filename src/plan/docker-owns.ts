import { restoreDaemonJson } from '../engines/docker/daemon-json-restore.ts';
import { type DockerFacts, returningContainers } from '../model/docker.ts';
import type { DockerIntent } from '../model/intent.ts';
import type { DockerOwnership } from '../model/ownership.ts';
import { freeName } from './docker-place.ts';
import type { Place } from './step.ts';

/** What a run will have to bring back: what Docker was before it, or before the one that it goes on with. */
export function ownershipOf(
  docker: DockerFacts,
  written: string,
  record: DockerOwnership | undefined,
  unfinished: DockerOwnership | undefined,
  place: Place | null,
  intent: DockerIntent,
): DockerOwnership {
  const { config, dataRoot, services } = docker;
  const running = returningContainers(docker);
  // Those that are set aside come back with teardown: a run that goes on with this one must not look for them.
  const restart = place === null ? (unfinished?.restart ?? running).filter((name) => mayExist(docker, name)) : [];
  const aside = {
    path: dataRoot.realPath,
    isMountPoint: dataRoot.isMountPoint,
    backup: place?.backup ?? null,
    carriesVolumes: place !== null && intent.carryVolumes && dataRoot.volumes.length > 0,
  };
  if (record) {
    // A run that was cut off while it moved things said already whether the volumes come along.
    const known = record.dataRoot.backup;
    const isSame = place === null || place.backup === known;
    // What lies there besides came later, for instance with a reboot: teardown brings back what was there at first.
    const isKept = unfinished !== undefined && dataRoot.backups.some(({ path }) => path === known);
    const dataRootOwned = isSame || isKept ? record.dataRoot : aside;
    return { ...record, restart, config: configOwned(config.content, record.config, written), dataRoot: dataRootOwned };
  }
  return {
    services: services.filter(({ state }) => state === 'running' || state === 'starting').map(({ name }) => name),
    containers: running,
    restart,
    config: {
      path: config.realPath,
      before: config.content,
      written,
      backup: config.content === null ? null : freeName(`${config.realPath}.bk`, config.backups),
      mode: config.mode,
      owner: config.owner,
    },
    dataRoot: aside,
  };
}

/** As far as Docker can be asked: one that was to remove itself is gone once it has stopped. */
const mayExist = ({ info, containers }: DockerFacts, name: string): boolean =>
  info === null || containers.some((each) => each.name === name);

/** What others wrote into daemon.json since is theirs: it is there in the end, too. */
const configOwned = (now: string | null, known: DockerOwnership['config'], written: string) => ({
  ...known,
  before: now === known.before ? now : restoreDaemonJson(now, known.before, known.written),
  written,
});
