import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DockerFacts } from '../../model/docker.ts';
import { IMAGES_DIRECTORY, KEPT, type KeepFacts, type KeptImage } from '../../model/keeping.ts';
import { UnreadableOutput } from '../../tools/unreadable.ts';
import { bytes } from '../../units/quantity.ts';
import { readInstalled, readJournal } from '../journal.ts';
import { imagesInArchive } from './archive.ts';
import { askImages } from './image-questions.ts';
import { followLinks } from './links.ts';
import type { DockerPlaces } from './probe-docker.ts';

/** What is asked about images. */
export interface ImageScope {
  /** Whether this run is to keep them; where not, one that was cut off may have begun to. */
  asked: boolean;
  /** Where the directory is made; it has to be there. null: the usual place. */
  base: string | null;
  /** Of the run's record; null: what finished runs have left is looked for as well, and no daemon is asked. */
  name: string | null;
}

/**
 * Looks at what images need to outlive their store: those that the daemon has, the archive, and room for it.
 * @returns null: nobody asks, and no run was cut off that kept images
 * @throws JournalUnreadable, UnreadableOutput
 */
export async function probeKeeping(
  { images: scope, docker: places }: { images?: ImageScope; docker: DockerPlaces | null },
  docker: DockerFacts | null,
): Promise<KeepFacts | null> {
  if (scope === undefined || places === null || docker === null) return null;
  const directory = directoryOf(scope);
  if (directory === null) return null;
  const isAsked = docker.info !== null && scope.name !== null;
  const files = existsSync(directory) ? readdirSync(directory) : [];
  const place = nearest(directory);
  const { bavail, bsize } = statfsSync(place, { bigint: true });
  return {
    directory,
    problem: scope.base === null ? null : problemOf(scope.base, docker.dataRoot.realPath),
    files,
    archive: archiveIn(directory, files),
    ...(await askImages(isAsked ? places.socket(docker.settings, docker.config) : null, docker)),
    freeBytes: bytes(bavail * bsize),
    sharesFilesystem: statSync(place).dev === statSync(nearest(docker.dataRoot.realPath)).dev,
  };
}

/** The directory that a run began with, before any other. */
function directoryOf({ asked, base, name }: ImageScope): string | null {
  const records = [...readJournal(), ...(name === null ? readInstalled() : [])];
  const begun = records.find((record) => record.docker?.images && (name === null || record.name === name));
  if (begun?.docker?.images) return begun.docker.images.directory;
  return asked && name !== null ? join(base ?? IMAGES_DIRECTORY, name.replaceAll('/', '-')) : null;
}

/** Of what will be made, the part that is there. */
const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)));

function problemOf(base: string, dataRoot: string): string | null {
  if (statSync(base, { throwIfNoEntry: false })?.isDirectory() !== true) return 'it is no directory';
  const isInside = `${followLinks(base)}/`.startsWith(`${dataRoot}/`);
  return isInside ? "it lies in Docker's data root, which is to be moved" : null;
}

/** Both files have their names only when all of it is on the disk. */
function archiveIn(directory: string, files: readonly string[]): KeepFacts['archive'] {
  if (![KEPT.archive, KEPT.checksum].every((name) => files.includes(name))) return null;
  return { images: readOrNull(join(directory, KEPT.archive)) };
}

function readOrNull(path: string): KeptImage[] | null {
  try {
    return imagesInArchive(path);
  } catch (error) {
    if (error instanceof UnreadableOutput) return null;
    throw error;
  }
}
