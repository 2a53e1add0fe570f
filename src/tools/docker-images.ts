import * as z from 'zod/mini';
import { type Bytes, bytes } from '../units/quantity.ts';
import type { Argv } from './argv.ts';
import { parseJson } from './shape.ts';

/** An image in the answer to GET /images/json. */
interface ListedImage {
  id: string;
  tags: string[];
  sizeBytes: Bytes;
}

/** The name that people type: containerd's archives may have the whole one. */
const familiar = (tag: string): string => tag.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '');

/** As old daemons call what has no tag, or no name. */
const isTag = (tag: string): boolean => !tag.includes('<none>');

const tagsFrom = (tags: readonly string[] | null | undefined): string[] =>
  (tags ?? []).filter(isTag).map(familiar).toSorted();

const size = z.int().check(z.nonnegative());
const id = z.string().check(z.regex(/^[0-9a-z]+:[0-9a-f]+$/));

const list = z.array(z.object({ Id: id, RepoTags: z.nullish(z.array(z.string())), Size: size }));

/**
 * Reads the answer to GET /images/json (Docker Engine API): all but those between.
 * @throws UnreadableOutput
 */
export const parseImageList = (text: string): ListedImage[] =>
  parseJson('dockerd: /images/json', text, list).map(({ Id, RepoTags, Size }) => ({
    id: Id,
    tags: tagsFrom(RepoTags),
    sizeBytes: bytes(Size),
  }));

const image = z.object({ RootFS: z.object({ Layers: z.nullish(z.array(z.string())) }) });

/**
 * Reads the layers in the answer to GET /images/ID/json.
 * @throws UnreadableOutput
 */
export const parseImageLayers = (text: string): string[] =>
  parseJson('dockerd: /images/ID/json', text, image).RootFS.Layers ?? [];

const users = z.array(z.object({ ImageID: z.string(), Names: z.array(z.string()) }));

/**
 * Reads in the answer to GET /containers/json which container was made from which image.
 * @throws UnreadableOutput
 */
export const parseImageUsers = (text: string): { name: string; imageId: string }[] =>
  parseJson('dockerd: /containers/json', text, users).map(({ ImageID, Names }) => ({
    imageId: ImageID,
    // Links are names as well, and have a slash more.
    name: (Names.find((name) => name.lastIndexOf('/') <= 0) ?? '').replace('/', ''),
  }));

const usage = z.object({ LayersSize: z.nullish(size) });

/**
 * Reads in the answer to GET /system/df what all layers take, each counted once; null: this version does not say.
 * @throws UnreadableOutput
 */
export function parseLayersSize(text: string): Bytes | null {
  const { LayersSize } = parseJson('dockerd: /system/df', text, usage);
  return LayersSize == null ? null : bytes(LayersSize);
}

const manifest = z.array(z.object({ Config: z.string(), RepoTags: z.nullish(z.array(z.string())) }));

/**
 * Reads the manifest.json of an archive that `docker save` wrote: each image's tags, and which file its config is.
 * @throws UnreadableOutput
 */
export const parseManifest = (text: string): { configName: string; tags: string[] }[] =>
  parseJson('manifest.json', text, manifest).map(({ Config, RepoTags }) => ({
    configName: Config,
    tags: tagsFrom(RepoTags),
  }));

const message = z.object({ message: z.string() });

/** What a daemon says that refuses: a message in JSON, or a text. */
export function parseDaemonMessage(text: string): string {
  try {
    return parseJson('dockerd', text, message).message;
  } catch {
    return text.trim();
  }
}

/** The path of the API that gives an archive of all these images, in which a layer that several have is once. */
export const imagesPath = (tags: readonly string[]): string =>
  `/images/get?${tags.map((tag) => `names=${encodeURIComponent(tag)}`).join('&')}`;

/** docker-save(1): the same by hand. */
export const dockerSave = (archive: string, tags: readonly string[]): Argv => [
  ...(['docker', 'save', '--output', archive] as const),
  ...['--', ...tags],
];

/** docker-load(1). */
export const dockerLoad = (archive: string): Argv => ['docker', 'load', '--quiet', '--input', archive];
