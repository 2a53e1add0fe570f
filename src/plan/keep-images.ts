import type { Host } from '../model/host.ts';
import { holdsAll, type KeepFacts, type KeptImage, type StoredImage } from '../model/keeping.ts';
import { type Bytes, bytes, MIB } from '../units/quantity.ts';
import type { DockerSite } from './docker-site.ts';

/** Images on their way from the store that they are in to the new one. */
export interface Keep {
  facts: KeepFacts;
  directory: string;
  images: readonly KeptImage[];
  tags: readonly string[];
  /** About what the archive will hold. */
  sizeBytes: Bytes;
  /** Docker's own store writes them down beside itself first, and needs the same room there. */
  gathersFirst: boolean;
  /** Nothing of the old store was set aside yet. */
  isAllThere: boolean;
  /** Somebody could say which images there are. */
  isKnown: boolean;
  /** They are still to be saved. */
  saves: boolean;
  /** Containers are to be written down. */
  lists: boolean;
}

/**
 * Works out what becomes of the images. What is (half) set aside is never saved again: the daemon that runs then has not
 * got them any more, and the archive has.
 * @returns null: nobody asked, or there is nothing that could be lost
 */
export function surveyKeep(host: Host, site: DockerSite): Keep | null {
  const { keeping: facts } = host;
  if (facts === null) return null;
  const archived = facts.archive?.images ?? null;
  if (isAside(site, facts)) return keepOf(facts, site, archived ?? [], { isAllThere: false, isSaved: true });
  if (site.place === null) return null;
  const images = facts.images ?? knownBefore(facts, site);
  const isSaved = images !== null && archived !== null && isSameSet(archived, images);
  return keepOf(facts, site, images, { isAllThere: true, isSaved });
}

/** Where no daemon runs that could say it: what a cut-off run wrote to its end, or that there was nothing to write. */
function knownBefore({ directory, archive }: KeepFacts, { owns }: DockerSite): readonly KeptImage[] | null {
  if (owns.images?.directory !== directory) return null;
  return owns.images.count === 0 ? [] : (archive?.images ?? null);
}

/** A run that was to keep images was cut off when their store was on its way, or had gone. */
function isAside({ docker, isUnfinished, owns }: DockerSite, facts: KeepFacts): boolean {
  const { backup } = owns.dataRoot;
  const paths = docker.dataRoot.backups.map(({ path }) => path);
  const isBegun = isUnfinished && owns.images?.directory === facts.directory && backup !== null;
  return isBegun && (paths.includes(backup) || paths.includes(`${backup}.partial`));
}

const isSameSet = (one: readonly KeptImage[], other: readonly KeptImage[]): boolean =>
  holdsAll(one, other) && holdsAll(other, one);

const keepOf = (
  facts: KeepFacts,
  { docker }: DockerSite,
  found: readonly KeptImage[] | null,
  { isAllThere, isSaved }: { isAllThere: boolean; isSaved: boolean },
): Keep => {
  const images = (found ?? []).map(({ tags, configDigest, diffIds }) => ({ tags, configDigest, diffIds }));
  return {
    facts,
    directory: facts.directory,
    images,
    tags: images.flatMap(({ tags }) => tags),
    sizeBytes: estimate(facts),
    gathersFirst: images.some(({ configDigest }) => configDigest !== null),
    isAllThere,
    isKnown: found !== null,
    saves: !isSaved && images.length > 0,
    lists: isAllThere && facts.images !== null && docker.containers.length > 0,
  };
};

/** Layers count once; of those that no other tagged image has, as often as they are in one, unless Docker says less. */
export function estimate({ images, layersSizeBytes }: KeepFacts): Bytes {
  const all = images ?? [];
  const summed = all.reduce((sum, image) => sum + ownSize(image, all), 0n);
  return bytes(layersSizeBytes !== null && layersSizeBytes < summed ? layersSizeBytes : summed);
}

const TENTH = 10n;

/** Room that is surely enough: an archive has headers and fills blocks, for each file in it. */
export const roomFor = ({ sizeBytes, images }: Pick<Keep, 'sizeBytes' | 'images'>): Bytes =>
  bytes(sizeBytes + sizeBytes / TENTH + MIB * BigInt(images.length));

/** What an image has beside the largest one that it begins with; one that has the same layers as an earlier one has nothing. */
function ownSize(image: StoredImage, all: readonly StoredImage[]): bigint {
  const index = all.indexOf(image);
  const below = all.filter(
    ({ diffIds }, at) =>
      diffIds.every((id, layer) => image.diffIds[layer] === id) &&
      (diffIds.length < image.diffIds.length || (diffIds.length === image.diffIds.length && at < index)),
  );
  const largest = below.reduce((size, each) => (each.sizeBytes > size ? each.sizeBytes : size), bytes(0));
  return image.sizeBytes > largest ? image.sizeBytes - largest : 0n;
}
