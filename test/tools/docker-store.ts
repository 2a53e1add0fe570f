import type { DockerDevices } from '../../src/model/docker-devices.ts';
import {
  isDeviceFile,
  parseContainerFile,
  parseDeviceRecord,
  parseDeviceSet,
  parseImageFile,
  parseTags,
} from '../../src/tools/docker-files.ts';
import { recorded } from './recorded.ts';

type Files = (readonly [name: string, text: string])[];

/** Files of a recorded data root, each with its name, as `NAME CONTENT` lines keep them; for each version of Docker. */
export const recordedFiles = (part: string): Files[] =>
  recorded('docker', `thin-devices.${part}`).map((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );

const part = (name: string): Files => recordedFiles(name)[0] as Files;

/** What a data root held of a running container `kept`, a stopped one `once`, and an image of two layers. */
export function recordedStore(): DockerDevices {
  const metadata = part('metadata');
  const layers = new Map(part('layers'));
  const containers = new Map(part('containers'));
  const tags = parseTags(recorded('docker', 'thin-devices.repositories.json')[0] as string);
  const idsIn = (folder: string): string[] => [
    ...new Set(
      [...layers.keys()].filter((path) => path.startsWith(folder)).map((path) => path.split('/')[1] as string),
    ),
  ];
  return {
    root: '/var/lib/docker',
    loopPoolName: 'docker-98:32-33-pool',
    filesystem: parseDeviceSet(new Map(metadata).get('deviceset-metadata') as string),
    records: metadata.filter(([name]) => isDeviceFile(name)).map(([name, text]) => parseDeviceRecord(name, text)),
    containers: idsIn('mounts').map((id) => ({
      id,
      ...parseContainerFile(containers.get(`${id}/config.v2.json`) as string),
      device: layers.get(`mounts/${id}/mount-id`) as string,
      initDevice: layers.get(`mounts/${id}/init-id`) ?? null,
    })),
    layers: idsIn('sha256').map((chain) => ({
      chainId: `sha256:${chain}`,
      diffId: layers.get(`sha256/${chain}/diff`) as string,
      parent: layers.get(`sha256/${chain}/parent`) ?? null,
      device: layers.get(`sha256/${chain}/cache-id`) as string,
    })),
    images: part('images').map(([id, text]) => ({
      id: `sha256:${id}`,
      tags: tags.filter(([, of]) => of === `sha256:${id}`).map(([tag]) => tag),
      diffIds: parseImageFile(text),
    })),
    problems: [],
  };
}
