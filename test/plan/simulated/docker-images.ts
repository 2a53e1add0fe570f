import { IMAGES_DIRECTORY, KEPT, type KeepFacts, type KeptImage, LIST_FILES } from '../../../src/model/keeping.ts';
import type { TransferAction } from '../../../src/plan/step.ts';
import { bytes, GIB, MIB } from '../../../src/units/quantity.ts';
import { refuse } from './common.ts';
import { rootOf, treeAt, type World, withTree } from './docker-disk.ts';

export const KEPT_DIRECTORY = `${IMAGES_DIRECTORY}/docker-thinpool`;

/** An image as Docker's own store knows it: every tag here is one image, and its name says all of it. */
export const imageOf = (tag: string): KeptImage => ({
  tags: [tag],
  configDigest: `sha256:config-of-${tag}`,
  diffIds: ['sha256:base', `sha256:layer-of-${tag}`],
});

/** Nothing kept yet, and room for all. */
export const keepFacts = (facts: Partial<KeepFacts> = {}): KeepFacts => ({
  directory: KEPT_DIRECTORY,
  problem: null,
  files: [],
  archive: null,
  images: null,
  untagged: [],
  layersSizeBytes: null,
  freeBytes: bytes(100n * GIB),
  sharesFilesystem: true,
  ...facts,
});

/** What the probe sees of it: the daemon's images as long as it runs; where they are asked about at all. */
export const seenOf = (world: World): KeepFacts | null =>
  world.keeping && {
    ...world.keeping,
    images:
      world.daemon === null
        ? null
        : (world.trees[rootOf(world)]?.image ?? []).map((tag) => ({ ...imageOf(tag), sizeBytes: bytes(MIB) })),
  };

/** Every image on the disk, wherever it lies: in a store, or in an archive that is whole. */
export const allImages = ({ trees, keeping }: World): string[] => [
  ...new Set([
    ...Object.values(trees).flatMap(({ image }) => image ?? []),
    ...(keeping?.archive?.images ?? []).flatMap(({ tags }) => tags),
  ]),
];

const withKept = (world: World, facts: Partial<KeepFacts>): World => ({
  ...world,
  keeping: { ...(world.keeping ?? refuse('nobody asked')), ...facts },
});

/** What goes from one store of images to another. */
export function carry(world: World, action: TransferAction): World {
  const { files, archive } = world.keeping ?? refuse('nobody asked');
  const adding = (names: readonly string[]): string[] => [...new Set([...files, ...names])];
  if (action.kind === 'remove-kept') {
    const left = files.filter((name) => !action.files.includes(name));
    return withKept(world, { files: left, archive: left.includes(KEPT.archive) ? archive : null });
  }
  if (world.daemon === null) refuse('Cannot connect to the Docker daemon. Is the docker daemon running?');
  const root = rootOf(world);
  if (action.kind === 'list-containers') return withKept(world, { files: adding(LIST_FILES) });
  if (action.kind === 'load-images') {
    const images = archive?.images ?? refuse('no such file');
    const tree = treeAt(world, root);
    const tags = [...(tree.image ?? []), ...images.flatMap(({ tags }) => tags)];
    return withTree(world, root, { ...tree, image: [...new Set(tags)].toSorted() });
  }
  const there = treeAt(world, root).image ?? [];
  for (const tag of action.tags) if (!there.includes(tag)) refuse(`No such image: ${tag}`);
  return withKept(world, { files: adding([KEPT.archive, KEPT.checksum]), archive: { images: action.images } });
}

/** What a cut leaves: of a saving, a file that has no name yet instead of an old one; of a removal, all but the first. */
export function carryHalf(world: World, action: TransferAction): World {
  const files = world.keeping?.files ?? [];
  const left = files.filter((name) => name !== KEPT.archive);
  const isSaving = action.kind === 'save-images';
  return withKept(world, { files: isSaving ? [...left, KEPT.partial] : left, archive: null });
}
