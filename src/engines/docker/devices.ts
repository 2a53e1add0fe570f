import type { DeviceRecord, DockerDevices, ImageLayers, LayerDevice } from '../../model/docker-devices.ts';
import type { ActiveThin, DeviceOwner, PoolDevice } from '../../model/pool-device.ts';
import { type Sectors, sectorsToBytes } from '../../units/quantity.ts';

/**
 * All devices of a pool that Docker, the kernel or the pool's metadata know, the fullest first; those whose use is not known come last, by id.
 * @param poolName null: the kernel does not run it
 * @param mapped by device id, where all were asked for
 */
export function listDevices(
  docker: DockerDevices,
  active: readonly ActiveThin[],
  poolName: string | null,
  mapped: ReadonlyMap<number, Sectors> = new Map(),
): PoolDevice[] {
  const byId = new Map<number, ActiveThin[]>();
  for (const thin of active.filter((each) => each.poolName === poolName)) {
    byId.set(thin.id, [...(byId.get(thin.id) ?? []), thin]);
  }
  const owners = ownersOf(docker);
  const records = new Map(docker.records.map((record) => [record.id, record]));
  const ids = new Set([...records.keys(), ...byId.keys(), ...mapped.keys()]);
  return [...ids]
    .map((id) => describeDevice(id, records.get(id), byId.get(id) ?? [], mapped.get(id), owners))
    .sort(byUse);
}

function describeDevice(
  id: number,
  record: DeviceRecord | undefined,
  active: readonly ActiveThin[],
  mapped: Sectors | undefined,
  owners: ReadonlyMap<string, DeviceOwner>,
): PoolDevice {
  const mappedSectors = mapped ?? active.find((thin) => thin.mappedSectors !== null)?.mappedSectors ?? null;
  return {
    id,
    name: record?.name ?? null,
    sizeBytes: record?.sizeBytes ?? (active[0] ? sectorsToBytes(active[0].lengthSectors) : null),
    mappedBytes: mappedSectors === null ? null : sectorsToBytes(mappedSectors),
    transactionId: record?.transactionId ?? null,
    deleted: record?.deleted ?? false,
    active,
    owner: (record && owners.get(record.name)) ?? { kind: 'unknown' },
  };
}

/** Not known counts as less than nothing. */
function byUse(one: PoolDevice, other: PoolDevice): number {
  const [first, second] = [one.mappedBytes ?? -1n, other.mappedBytes ?? -1n];
  if (first === second) return one.id - other.id;
  return first < second ? 1 : -1;
}

/** Whose each device is, by its name. */
function ownersOf({ containers, layers, images }: DockerDevices): Map<string, DeviceOwner> {
  const owners = new Map<string, DeviceOwner>([['base', { kind: 'base' }]]);
  const tags = tagsByChain(layers, images);
  for (const { chainId, device } of layers)
    owners.set(device, { kind: 'layer', chainId, tags: tags.get(chainId) ?? [] });
  for (const { device, initDevice, ...said } of containers) {
    const { id, name, image, running } = said;
    owners.set(device, { kind: 'container', id, name, image, running });
    if (initDevice !== null) owners.set(initDevice, { kind: 'container-init', id, name, image, running });
  }
  return owners;
}

/** Which images a layer is part of: an image lists what its layers add, and a layer what it adds and to which other. */
function tagsByChain(layers: readonly LayerDevice[], images: readonly ImageLayers[]): Map<string, string[]> {
  const children = new Map(layers.map((layer) => [`${layer.parent ?? ''} ${layer.diffId}`, layer.chainId]));
  const tags = new Map<string, string[]>();
  for (const { tags: names, diffIds } of images) {
    let parent: string | undefined = '';
    for (const diffId of diffIds) {
      parent = children.get(`${parent} ${diffId}`);
      if (parent === undefined) break;
      tags.set(parent, [...(tags.get(parent) ?? []), ...names]);
    }
  }
  return tags;
}

/**
 * The devices that a word may mean: a number in the pool; Docker's name, or a beginning of it that nothing else has; a
 * container's name. More than one: the word is not clear.
 */
export function matchDevices(devices: readonly PoolDevice[], word: string): PoolDevice[] {
  const exact = [
    devices.filter(({ id }) => String(id) === word),
    devices.filter(({ name }) => name === word),
    devices.filter(({ owner }) => owner.kind === 'container' && owner.name === word),
  ].find((found) => found.length > 0);
  // A number that the pool does not have is not taken for the beginning of a hash: another device would be meant by it.
  if (exact || /^\d{1,8}$/.test(word)) return exact ?? [];
  const begun = devices.filter(({ name }) => word !== '' && name?.startsWith(word));
  // A container's own device, when the one that it began with has the same name but for its end.
  const plain = begun.filter(({ name }) => !name?.endsWith('-init'));
  return plain.length === 1 ? plain : begun;
}
