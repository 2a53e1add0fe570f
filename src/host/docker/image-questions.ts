import type { DockerFacts } from '../../model/docker.ts';
import type { KeepFacts } from '../../model/keeping.ts';
import { parseImageLayers, parseImageList, parseImageUsers, parseLayersSize } from '../../tools/docker-images.ts';
import type { Bytes } from '../../units/quantity.ts';
import { type Answer, converse } from './socket.ts';

type ImageAnswer = Pick<KeepFacts, 'images' | 'untagged' | 'layersSizeBytes'>;

/** A host may have hundreds of images. */
const IMAGES_DEADLINE_MS = 60_000;
/** The daemon counts every file that containers have written. */
const SIZES_DEADLINE_MS = 30_000;

const NO_ANSWER: ImageAnswer = { images: null, untagged: [], layersSizeBytes: null };

/**
 * Asks a daemon for its images.
 * @param socketPath null: none runs
 * @throws UnreadableOutput
 */
export async function askImages(socketPath: string | null, { info }: Pick<DockerFacts, 'info'>): Promise<ImageAnswer> {
  if (socketPath === null) return NO_ANSWER;
  const answer = await converse(socketPath, IMAGES_DEADLINE_MS, async (get) => {
    const [list, containers] = await Promise.all([get('/images/json'), get('/containers/json?all=1')]);
    if (!isGood(list) || !isGood(containers)) return null;
    const images = parseImageList(list.text);
    const tagged = images.filter(({ tags }) => tags.length > 0).toSorted((one, other) => byName(one.tags, other.tags));
    const inspected = await Promise.all(tagged.map(({ id }) => get(`/images/${id}/json`)));
    if (!inspected.every(isGood)) return null;
    const users = parseImageUsers(containers.text);
    return {
      images: tagged.map(({ id, tags, sizeBytes }, index) => ({
        tags,
        sizeBytes,
        configDigest: namesConfigs(info) ? id : null,
        diffIds: parseImageLayers((inspected[index] as Answer).text),
      })),
      untagged: images
        .filter(({ tags }) => tags.length === 0)
        .map(({ id }) => ({ id, usedBy: users.filter(({ imageId }) => imageId === id).map(({ name }) => name) })),
    };
  });
  return answer === null ? NO_ANSWER : { ...answer, layersSizeBytes: await layersSize(socketPath) };
}

/** Docker's own order changes with each image that comes or goes. */
const byName = ([one = '']: readonly string[], [other = '']: readonly string[]): number => (one < other ? -1 : 1);

const isGood = ({ status }: Answer): boolean => status === 200;

/** Docker's own store calls an image by its config; containerd's, which goes by manifests, says so in `docker info`. */
const namesConfigs = (info: DockerFacts['info']): boolean =>
  !(info?.driverStatus['driver-type'] ?? '').startsWith('io.containerd.');

const known = new Map<string, Bytes | null>();

/** Asked once a run: it takes its time, and is needed to see whether there is room. */
async function layersSize(socketPath: string): Promise<Bytes | null> {
  const before = known.get(socketPath);
  if (before !== undefined) return before;
  const size = await converse(socketPath, SIZES_DEADLINE_MS, async (get) => {
    const usage = await get('/system/df?type=image');
    return isGood(usage) ? parseLayersSize(usage.text) : null;
  });
  known.set(socketPath, size);
  return size;
}
