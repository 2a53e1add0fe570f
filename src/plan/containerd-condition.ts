import {
  CONTAINERD_SERVICE,
  type ContainerdFacts,
  isContainerdUp,
  type SnapshotterSettings,
} from '../model/containerd.ts';
import { DOCKER_SERVICE } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about containerd, and about what engines wait for. Where there is no containerd, its own do not hold. */
export type ContainerdCondition =
  /** The engine's service needs that unit, and waits for it. */
  | { is: 'service-waits-for'; service: string; unit: string }
  | { is: 'containerd-runs' }
  /** Its service manager has given it up. */
  | { is: 'containerd-failed' }
  /** What it would start with: these settings of the snapshotter's, and all others with that fingerprint. */
  | { is: 'containerd-config'; path: string; settings: SnapshotterSettings; others: string }
  /** What it says of its devmapper snapshotter; null: nothing. */
  | { is: 'snapshotter'; state: string | null }
  | { is: 'snapshotter-root'; path: string }
  | { is: 'no-snapshots-in'; namespace: string }
  | { is: 'no-images-of-docker' };

const whereInstalled =
  <Kind extends ContainerdCondition>(answer: (containerd: ContainerdFacts, condition: Kind) => boolean) =>
  ({ containerd }: Host, condition: Kind): boolean =>
    containerd !== null && answer(containerd, condition);

/** How each is answered. */
export const containerdAnswers: Answers<ContainerdCondition> = {
  'service-waits-for': ({ docker, containerd }, { service, unit }) => {
    const engines: Readonly<Record<string, readonly string[] | null | undefined>> = {
      [DOCKER_SERVICE]: docker?.startsAfter,
      [CONTAINERD_SERVICE]: containerd?.startsAfter,
    };
    return engines[service]?.includes(unit) === true;
  },
  'containerd-runs': whereInstalled(isContainerdUp),
  'containerd-failed': whereInstalled(({ service }) => service?.state === 'failed'),
  'containerd-config': whereInstalled(({ effective }, { settings, others }) => {
    if (effective === null || effective.others !== others) return false;
    return Object.entries(settings).every(([key, value]) => effective.snapshotter[key] === value);
  }),
  snapshotter: whereInstalled(({ plugin }, { state }) => plugin === state),
  'snapshotter-root': whereInstalled(
    ({ snapshotterRoot }, { path }) => snapshotterRoot.isThere && snapshotterRoot.path === path,
  ),
  'no-snapshots-in': whereInstalled(({ snapshots }, { namespace }) =>
    snapshots.every((each) => each.namespace !== namespace),
  ),
  'no-images-of-docker': whereInstalled(({ dockersImages }) => dockersImages.length === 0),
};
