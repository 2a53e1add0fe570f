import type { Bytes } from '../units/quantity.ts';

/** An image by what stays the same when it goes through an archive into another store: its id does not. */
export interface KeptImage {
  /** Names with their tags, like `nginx:1`; in order. */
  tags: readonly string[];
  /** `sha256:…` of its config; null: the store does not say (containerd's goes by manifests). */
  configDigest: string | null;
  /** Digests of its layers, unpacked, the lowest first. */
  diffIds: readonly string[];
}

/** A tagged image that the daemon has. */
export interface StoredImage extends KeptImage {
  /** With every layer of it, shared or not. */
  sizeBytes: Bytes;
}

/** An image that no tag leads to: nothing could find it again. */
interface UntaggedImage {
  id: string;
  /** Names of the containers that were made from it. */
  usedBy: readonly string[];
}

/** Everything that images need to outlive their store. */
export interface KeepFacts {
  /** Where the archive and the list of containers lie, or will: a directory of dmtool's own. */
  directory: string;
  /** Why nothing can be put there; null: it can. */
  problem: string | null;
  /** Names of what lies in it. */
  files: readonly string[];
  /** One that was written to its end, with its checksum; `images` null: it can't be read. null: there is none. */
  archive: { images: readonly KeptImage[] | null } | null;
  /** null: no daemon answers that could say it. */
  images: readonly StoredImage[] | null;
  untagged: readonly UntaggedImage[];
  /** All layers of all images, each counted once; null: the daemon does not say. */
  layersSizeBytes: Bytes | null;
  /** Free space of the filesystem that the directory lies on, or will. */
  freeBytes: Bytes;
  /** That filesystem is Docker's data root's as well. */
  sharesFilesystem: boolean;
}

/** Where the directories are made when nothing else is asked. */
export const IMAGES_DIRECTORY = '/var/lib/dmtool/images';

/** The files in such a directory. */
export const KEPT = {
  archive: 'images.tar',
  checksum: 'images.tar.sha256',
  partial: 'images.tar.partial',
  list: 'containers.txt',
  inspected: 'containers.json',
} as const;

/** What images go through; it goes when they have arrived. */
export const ARCHIVE_FILES: readonly string[] = [KEPT.archive, KEPT.checksum, KEPT.partial];

/** How containers were started; it stays. */
export const LIST_FILES: readonly string[] = [KEPT.list, KEPT.inspected];

/** Whether every one of the wanted images is there, by each of its tags, with the same config and the same layers. */
export const holdsAll = (there: readonly KeptImage[], wanted: readonly KeptImage[]): boolean =>
  wanted.every((image) =>
    image.tags.every((tag) => there.some((each) => each.tags.includes(tag) && isSame(each, image))),
  );

const isSame = (one: KeptImage, other: KeptImage): boolean =>
  one.diffIds.join() === other.diffIds.join() &&
  (one.configDigest === null || other.configDigest === null || one.configDigest === other.configDigest);
