import type { ImageConfig, InspectedContainer } from './docker-inspect.ts';
import { flag, healthFlags, plainFlags, policyFlags, resourceFlags, tableFlags } from './docker-run-flags.ts';
import { mountFlags } from './docker-run-mounts.ts';
import { connectCommands, networkFlags } from './docker-run-network.ts';
import { shellComment, shellLine } from './shell-line.ts';

/** `/web`: its own name. */
const nameOf = ({ Name }: InspectedContainer): string => Name.replace(/^\//, '');

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);

/** What it was told to be, where that is not what its image says. */
function ownFlags({ Config }: InspectedContainer, image: ImageConfig): string[] {
  const labels = Object.entries(Config.Labels ?? {}).filter(([key, value]) => image.Labels?.[key] !== value);
  const differs = (one: string | null | undefined, other: string | null | undefined): one is string =>
    Boolean(one) && one !== other;
  return [
    ...(Config.Tty ? ['--tty'] : []),
    ...(Config.OpenStdin ? ['--interactive'] : []),
    ...(differs(Config.User, image.User) ? [flag('user', Config.User)] : []),
    ...(differs(Config.WorkingDir, image.WorkingDir) ? [flag('workdir', Config.WorkingDir)] : []),
    ...(differs(Config.StopSignal, image.StopSignal) ? [flag('stop-signal', Config.StopSignal)] : []),
    ...(Config.StopTimeout == null ? [] : [flag('stop-timeout', Config.StopTimeout)]),
    ...(Config.Env ?? []).filter((each) => !image.Env?.includes(each)).map((each) => flag('env', each)),
    ...tableFlags('label', Object.fromEntries(labels)),
  ];
}

/** Its entry point, as a flag, and what stands behind the image's name. */
function program({ Config }: InspectedContainer, image: ImageConfig): { entry: string[]; words: string[] } {
  if (same(Config.Entrypoint, image.Entrypoint)) {
    return { entry: [], words: same(Config.Cmd, image.Cmd) ? [] : (Config.Cmd ?? []) };
  }
  const [first = '', ...rest] = Config.Entrypoint ?? [];
  return { entry: [flag('entrypoint', first)], words: [...rest, ...(Config.Cmd ?? [])] };
}

/**
 * The command that makes a container again (docker-run(1); docker-create(1) of one that does not run).
 * @param image what its image brings along, which need not be said
 */
export function runCommand(container: InspectedContainer, image: ImageConfig): string[] {
  const { Config, HostConfig, State } = container;
  const { entry, words } = program(container, image);
  return [
    ...(State.Running ? ['docker', 'run', '--detach'] : ['docker', 'create']),
    flag('name', nameOf(container)),
    ...ownFlags(container, image),
    ...networkFlags(container, image),
    ...mountFlags(container, image),
    ...plainFlags(HostConfig),
    ...resourceFlags(HostConfig),
    ...policyFlags(HostConfig),
    ...healthFlags(Config.Healthcheck, image),
    ...entry,
    Config.Image,
    ...words,
  ];
}

/** A container, what its image brings along, and whether that image is among those that are kept. */
export interface ListedContainer {
  container: InspectedContainer;
  image: ImageConfig;
  isKept: boolean;
}

const HEAD = [
  '# How the containers of this host were started, as docker inspect told it: each line makes one again.',
  '# What they had written outside of volumes is not in it. Volumes are there only where they were taken over',
  '# (--carry-volumes). All that is known stands in containers.json, beside this file.',
];

/** A text of command lines, to be read or run. */
export const containerList = (listed: readonly ListedContainer[]): string =>
  [
    ...HEAD,
    ...listed.flatMap(({ container, image, isKept }) => [
      '',
      shellComment(
        `${nameOf(container)}, of ${container.Config.Image}${container.State.Running ? '' : ', which did not run'}`,
      ),
      ...(isKept ? [] : [shellComment(`Its image, ${container.Image}, has no tag any more, and is not kept.`)]),
      shellLine(runCommand(container, image)),
      ...connectCommands(container, nameOf(container)).map(shellLine),
    ]),
    '',
  ].join('\n');
