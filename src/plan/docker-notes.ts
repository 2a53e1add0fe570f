import { DEVICEMAPPER, isBlank, storageSettings } from '../engines/docker/daemon-json.ts';
import { isDockerUp, runningContainers } from '../model/docker.ts';
import type { DockerSite } from './docker-site.ts';
import type { Note } from './step.ts';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `3 images: a, b, c`; nothing for none. */
const listed = (names: readonly string[], one: string): string[] =>
  names.length === 0 ? [] : [`${counted(names.length, one)}: ${names.join(', ')}`];

/** What happens to Docker and to what it holds, for whoever is to agree. */
export function dockerNotes(site: DockerSite): Note[] {
  return [...stopNote(site), ...asideNote(site), configNote(site)];
}

function stopNote({ docker, place }: DockerSite): Note[] {
  if (!isDockerUp(docker)) return [];
  const running = runningContainers(docker);
  const fate =
    place === null
      ? 'They are started again in the end.'
      : 'They are set aside with their images: dmtool teardown brings them back, and a failed run starts them again.';
  return [
    {
      heading: `Docker ${docker.version} stops for a moment`,
      lines: running.length === 0 ? ['No container runs.'] : [...listed(running, 'running container'), fate],
    },
  ];
}

function asideNote({ docker, place, owns, intent }: DockerSite): Note[] {
  if (place === null) return [];
  const { images, volumes, plugins, hasSwarm } = docker.dataRoot;
  const kept = intent.keepImages ? ' (taken over)' : ' (--keep-images takes them over)';
  const carried = owns.dataRoot.carriesVolumes ? ' (taken over)' : ' (--carry-volumes takes them over)';
  const lines = [
    ...listed(images, 'image').map((line) => `${line}${kept}`),
    ...listed(
      docker.containers.map(({ name }) => name),
      'container',
    ),
    ...listed(volumes, 'volume').map((line) => `${line}${carried}`),
    ...listed(plugins, 'plugin'),
    ...(hasSwarm ? ["the state of this swarm's member"] : []),
  ];
  return [
    {
      heading: `Moved from ${place.root} to ${place.backup}, where Docker does not see it until dmtool teardown`,
      lines: lines.length === 0 ? ['no images, no containers, no volumes'] : lines,
    },
  ];
}

function configNote({ docker, options, config, owns, target }: DockerSite): Note {
  const was = config.replacedDriver === null ? '' : ` (was ${config.replacedDriver})`;
  return {
    heading: docker.config.content === null ? `${docker.config.path}, a new file` : docker.config.path,
    lines: [
      ...(target.kind === 'containerd'
        ? [`storage-driver devmapper${was}, which is containerd's snapshotter`, 'features containerd-snapshotter true']
        : [`storage-driver ${DEVICEMAPPER}${was}`]),
      ...options.map(({ name, value }) => `${name}=${value}`),
      ...config.removedOptions.map(
        (option) => `taken out: ${option}${wasBefore(option, owns.config.before) ? ' (teardown puts it back)' : ''}`,
      ),
    ],
  };
}

/** What an earlier run wrote does not come back. */
const wasBefore = (option: string, before: string | null): boolean =>
  before !== null && !isBlank(before) && storageSettings(before).options.some(({ text }) => text === option);

/** What was asked and can't be had. */
export function dockerWarnings({ intent, owns, place, docker }: DockerSite): string[] {
  const warnings: string[] = [];
  if (intent.carryVolumes && !owns.dataRoot.carriesVolumes) {
    warnings.push('There are no volumes to take over with --carry-volumes: nothing is moved that holds any.');
  }
  if (place !== null && !isDockerUp(docker)) {
    warnings.push('Docker does not run now; it will in the end.');
  }
  return warnings;
}
