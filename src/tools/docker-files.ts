import * as z from 'zod/mini';
import type { OwnSetup } from '../model/docker.ts';
import type { ContainerDevices, DeviceRecord, ImageLayers } from '../model/docker-devices.ts';
import { bytes } from '../units/quantity.ts';
import { parseJson } from './shape.ts';

const count = z.int().check(z.nonnegative());

const record = z.object({
  device_id: count,
  size: count,
  transaction_id: count,
  deleted: z._default(z.boolean(), false),
});

/** Files of a data root's devicemapper/metadata that tell of the whole set (daemon/graphdriver/devmapper/deviceset.go). */
const OF_THE_SET = ['deviceset-metadata', 'transaction-metadata'];

/** Whether a file there is about one device; what begins with a dot is half written. */
export const isDeviceFile = (name: string): boolean => !OF_THE_SET.includes(name) && !name.startsWith('.');

/**
 * Reads what Docker wrote of one device; its name is the file's.
 * @throws UnreadableOutput
 */
export function parseDeviceRecord(name: string, text: string): DeviceRecord {
  const read = parseJson(`devicemapper/metadata/${name}`, text, record);
  const { device_id: id, size, transaction_id: transactionId, deleted } = read;
  return { name, id, sizeBytes: bytes(size), transactionId, deleted };
}

const deviceSet = z.object({ BaseDeviceFilesystem: z.optional(z.string()) });

/**
 * Reads the kind of filesystem that Docker made; null: an old version that does not say.
 * @throws UnreadableOutput
 */
export const parseDeviceSet = (text: string): string | null =>
  parseJson('devicemapper/metadata/deviceset-metadata', text, deviceSet).BaseDeviceFilesystem || null;

const container = z.object({
  Name: z.string(),
  Config: z.object({ Image: z.string() }),
  State: z.object({ Running: z.boolean() }),
});

/**
 * Reads a data root's containers/ID/config.v2.json.
 * @throws UnreadableOutput
 */
export function parseContainerFile(text: string): Pick<ContainerDevices, 'name' | 'image' | 'running'> {
  const { Name, Config, State } = parseJson('config.v2.json of a container', text, container);
  return { name: Name.replace(/^\//, ''), image: Config.Image, running: State.Running };
}

const image = z.object({ rootfs: z.object({ diff_ids: z.optional(z.array(z.string())) }) });

/**
 * Reads the layers of an image in a data root's image/DRIVER/imagedb/content.
 * @throws UnreadableOutput
 */
export const parseImageFile = (text: string): ImageLayers['diffIds'] =>
  parseJson('an image', text, image).rootfs.diff_ids ?? [];

const repositories = z.object({ Repositories: z.record(z.string(), z.record(z.string(), z.string())) });

/**
 * Reads a data root's image/DRIVER/repositories.json: image ids by name; digests stand there too, and are left out.
 * @throws UnreadableOutput
 */
export const parseTags = (text: string): (readonly [tag: string, imageId: string])[] =>
  Object.values(parseJson('repositories.json', text, repositories).Repositories)
    .flatMap((references) => Object.entries(references))
    .filter(([reference]) => !reference.includes('@'));

const ownSetup = z.object({
  Device: z.string(),
  ThinpPercent: count,
  ThinpMetaPercent: count,
  AutoExtendThreshold: count,
  AutoExtendPercent: count,
});

/**
 * Reads a data root's devicemapper/setup-config.json (daemon/graphdriver/devmapper/device_setup.go).
 * @returns null: Docker has made no pool of a device; an empty file is none to it
 * @throws UnreadableOutput
 */
export function parseOwnSetup(text: string): OwnSetup | null {
  if (text === '') return null;
  const read = parseJson('devicemapper/setup-config.json', text, ownSetup);
  return {
    device: read.Device,
    dataPercent: read.ThinpPercent,
    metadataPercent: read.ThinpMetaPercent,
    thresholdPercent: read.AutoExtendThreshold,
    stepPercent: read.AutoExtendPercent,
  };
}
