import { isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { KEPT, type KeepFacts } from '../model/keeping.ts';
import { type Bytes, bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { DockerSite } from './docker-site.ts';
import { type Keep, roomFor, surveyKeep } from './keep-images.ts';
import type { Refusal } from './refusal.ts';

/** What stands against taking images along, before anything is changed. */
export function refuseKeep(host: Host, site: DockerSite): Refusal[] {
  const keep = surveyKeep(host, site);
  if (keep === null) return [];
  const { facts } = keep;
  // Without its checksum, which goes after it, it is not what a run left.
  const isTorn = facts.archive === null ? facts.files.includes(KEPT.archive) : facts.archive.images === null;
  if (!keep.isAllThere && isTorn) return [unreadable(keep)];
  if (!keep.isKnown) return silent(site);
  if (!keep.saves) return [];
  return [...refusePlace(facts), ...refuseRoom(keep, site), ...refusePool(keep, site)];
}

const unreadable = ({ directory }: Keep): Refusal => ({
  code: 'archive-unreadable',
  subject: `${directory}/${KEPT.archive}`,
  reason: 'a run that was cut off saved images there, and they can not be read from it any more',
  remedy: 'dmtool teardown brings back the data that they came from',
});

/** Nothing is asked of one that does not run; a run that goes on needs no answer. */
const silent = ({ docker }: DockerSite): Refusal[] => [
  {
    code: 'docker-stopped',
    subject: 'Docker',
    reason: isDockerUp(docker)
      ? 'it does not answer: images can only be saved by a Docker that runs'
      : 'it does not run: images can only be saved by a Docker that runs',
    remedy: 'start Docker first, or leave --keep-images out',
  },
];

const refusePlace = ({ directory, problem }: KeepFacts): Refusal[] =>
  problem === null
    ? []
    : [
        {
          code: 'directory-unfit',
          subject: directory.slice(0, directory.lastIndexOf('/')),
          reason: problem,
          remedy: '--images-dir takes a directory that is there, outside of what is moved',
        },
      ];

/** Room for the archive, and for what Docker itself writes down before it gives it, and again before it takes it. */
function refuseRoom(keep: Keep, { docker }: DockerSite): Refusal[] {
  const { facts, directory, gathersFirst } = keep;
  const { realPath, freeBytes: rootFreeBytes } = docker.dataRoot;
  const needed = roomFor(keep);
  if (gathersFirst && facts.sharesFilesystem)
    return noRoom(directory, facts.freeBytes, bytes(needed * 2n), `${ARCHIVE}, and ${COPY}, together`);
  return [
    ...noRoom(directory, facts.freeBytes, needed, ARCHIVE),
    ...(gathersFirst ? noRoom(realPath, rootFreeBytes, needed, COPY) : []),
  ];
}

const ARCHIVE = "the images' archive";
const COPY = "Docker's own copy of them while it is written";

const noRoom = (subject: string, freeBytes: Bytes, needed: Bytes, what: string): Refusal[] =>
  freeBytes >= needed
    ? []
    : [
        {
          code: 'no-room',
          subject,
          reason: `its filesystem has ${formatSize(freeBytes)} free, and ${what} may take ${formatSize(needed)}`,
          remedy: REMEDY,
        },
      ];

const REMEDY = 'docker image prune, or make room there; --images-dir DIR puts the archive on another filesystem';

function refusePool(keep: Keep, { target }: DockerSite): Refusal[] {
  const needed = roomFor(keep);
  // Docker's own set-up has its size from Docker, and takes no images along.
  if (target.kind === 'own-setup' || target.dataSizeBytes >= needed) return [];
  const subject = target.kind === 'loop-lvm' ? 'loop-lvm' : `/dev/mapper/${target.poolName}`;
  const reason = `it holds ${formatSize(target.dataSizeBytes)}, and the images that are to be kept may take ${formatSize(needed)}`;
  return [{ code: 'no-room', subject, reason, remedy: 'a larger pool, or leave --keep-images out' }];
}
