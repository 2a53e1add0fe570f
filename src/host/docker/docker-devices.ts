import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerDevices } from '../../model/docker-devices.ts';
import {
  isDeviceFile,
  parseContainerFile,
  parseDeviceRecord,
  parseDeviceSet,
  parseImageFile,
  parseTags,
} from '../../tools/docker-files.ts';
import { UnreadableOutput } from '../../tools/unreadable.ts';
import { readIfThere } from '../files.ts';
import { deviceNumber } from '../sysfs.ts';
import { entriesOf } from './backups.ts';
import { followLinks } from './links.ts';

/** Tries one file; one that can't be read is told, and does not keep the others from being read. */
type Try = <Value>(path: string, parse: (text: string) => Value) => Value | null;

/**
 * Reads all that lies in a data root about the devices of its pool. Nobody is asked: a daemon that stumbles over one of
 * these files does not start.
 * @throws what the file system says
 */
export function readDockerDevices(dataRoot: string): DockerDevices {
  const root = followLinks(dataRoot);
  const problems: string[] = [];
  const read: Try = (path, parse) => {
    const text = readIfThere(join(root, path));
    if (text === null) return null;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof UnreadableOutput)) throw error;
      problems.push(`${join(root, path)} can't be read: ${error.detail}`);
      return null;
    }
  };
  const names = (path: string): string[] => entriesOf(join(root, path));
  return {
    root,
    loopPoolName: loopPoolName(join(root, 'devicemapper')),
    filesystem: read(`${METADATA}/deviceset-metadata`, parseDeviceSet),
    records: names(METADATA)
      .filter(isDeviceFile)
      .flatMap((name) => read(`${METADATA}/${name}`, (text) => parseDeviceRecord(name, text)) ?? []),
    containers: readContainers(names, read),
    layers: readLayers(names, read),
    images: readImages(names, read),
    problems,
  };
}

const METADATA = 'devicemapper/metadata';
const IMAGE = 'image/devicemapper';
const MOUNTS = `${IMAGE}/layerdb/mounts`;
const LAYERS = `${IMAGE}/layerdb/sha256`;
const IMAGES = `${IMAGE}/imagedb/content/sha256`;

type Names = (path: string) => string[];

const NAMELESS = { name: null, image: null, running: false };

const asIs = (text: string): string => text.trim();

const readContainers = (names: Names, read: Try): DockerDevices['containers'] =>
  names(MOUNTS).flatMap((id) => {
    const device = read(`${MOUNTS}/${id}/mount-id`, asIs);
    if (device === null) return [];
    const initDevice = read(`${MOUNTS}/${id}/init-id`, asIs);
    const said = read(`containers/${id}/config.v2.json`, parseContainerFile) ?? NAMELESS;
    return [{ id, ...said, device, initDevice }];
  });

const readLayers = (names: Names, read: Try): DockerDevices['layers'] =>
  names(LAYERS).flatMap((chain) => {
    const [device, diffId, parent] = ['cache-id', 'diff', 'parent'].map((file) =>
      read(`${LAYERS}/${chain}/${file}`, asIs),
    );
    if (device == null || diffId == null) return [];
    return [{ chainId: `sha256:${chain}`, diffId, parent: parent ?? null, device }];
  });

function readImages(names: Names, read: Try): DockerDevices['images'] {
  const tags = read(`${IMAGE}/repositories.json`, parseTags) ?? [];
  return names(IMAGES).flatMap((name) => {
    const diffIds = read(`${IMAGES}/${name}`, parseImageFile);
    const id = `sha256:${name}`;
    return diffIds === null ? [] : [{ id, tags: tags.filter(([, of]) => of === id).map(([tag]) => tag), diffIds }];
  });
}

/** Named after where its directory lies, `docker-MAJOR:MINOR-INODE-pool` (daemon/graphdriver/devmapper/deviceset.go). */
function loopPoolName(directory: string): string | null {
  const stats = statSync(directory, { throwIfNoEntry: false });
  return stats === undefined ? null : `docker-${deviceNumber(stats.dev)}-${stats.ino}-pool`;
}
