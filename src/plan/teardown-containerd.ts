import { restoreConfig } from '../engines/containerd/config-text.ts';
import { storeFeature } from '../engines/docker/daemon-json.ts';
import { type ContainerdFacts, DOCKERS_NAMESPACE, type EffectiveConfig, type Snapshot } from '../model/containerd.ts';
import type { Host } from '../model/host.ts';
import { dmName } from '../model/lvm.ts';
import type { ContainerdOwnership, DockerOwnership, OwnershipRecord, PoolOwnership } from '../model/ownership.ts';
import { imageRemove, leaseRemove, snapshotRemove } from '../tools/containerd.ts';
import { removeTree } from '../tools/file-commands.ts';
import { all, type Condition, not } from './condition.ts';
import { fileAs } from './config-file-steps.ts';
import { refuseContainerd } from './containerd-refusals.ts';
import { containerdService } from './containerd-steps.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Step } from './step.ts';

/** containerd as it is and as it was, for the way back. */
interface Return {
  containerd: ContainerdFacts;
  was: ContainerdOwnership;
  poolName: string;
  /** Of its socket. */
  address: string;
  /** config.toml as it is to be; null: there is to be none; undefined: it can't be taken back line by line. */
  config: string | null | undefined;
  /** Docker came here with it, and what it made since goes. */
  docker: DockerOwnership | null;
}

function surveyReturn(
  containerd: ContainerdFacts,
  { pool, files, docker }: OwnershipRecord,
  was: ContainerdOwnership,
): Return {
  const { before, written } = was.config;
  return {
    containerd,
    was,
    docker,
    poolName: files ? files.poolName : dmNameOf(pool as PoolOwnership),
    address: (containerd.effective as EffectiveConfig).address,
    config: restoreConfig(containerd.config.content, before, written),
  };
}

const dmNameOf = ({ vg, pool }: PoolOwnership): string => dmName(vg, pool);

/** What stands against taking the snapshotter off its pool. */
export function refuseContainerdReturn(host: Host, record: OwnershipRecord, was: ContainerdOwnership): Refusal[] {
  const standing = refuseContainerd(host).filter(({ code }) => code !== 'containerd-unfit');
  if (host.containerd === null || standing.length > 0) return standing;
  const { containerd, config } = surveyReturn(host.containerd, record, was);
  return [
    ...refuseContainers(containerd, record.docker !== null),
    ...(config === undefined ? [refuseText(containerd)] : []),
  ];
}

/** They are nobody's to stop but their owner's, and can't be moved. */
const refuseContainers = ({ snapshots }: ContainerdFacts, areDockersOurs: boolean): Refusal[] =>
  snapshots
    .filter(({ isActive, namespace }) => isActive && !(areDockersOurs && namespace === DOCKERS_NAMESPACE))
    .map(({ namespace, key }) => ({
      code: 'in-use',
      subject: `containerd, namespace ${namespace}`,
      reason: `container ${key} lives on the pool`,
      remedy: `ctr --namespace ${namespace} containers delete ${key}, once its task has ended, if nobody needs it`,
    }));

const refuseText = ({ config }: ContainerdFacts): Refusal => ({
  code: 'config-unfit',
  subject: config.path,
  reason: 'it was changed since, and what dmtool wrote into it can not be taken out line by line',
  remedy: 'take the table of the devmapper snapshotter out by hand, then run this again',
});

/** Steps that take the snapshotter off its pool: what images it has unpacked there go, and they can be unpacked again. */
export function containerdReturnSteps(host: Host, record: OwnershipRecord, was: ContainerdOwnership): Step[] {
  const back = surveyReturn(host.containerd as ContainerdFacts, record, was);
  const steps = [...snapshotSteps(back), ...dockersSteps(back), ...fileSteps(back), ...serviceSteps(back)];
  return steps.map((each) => ({ ...each, final: 'begun' }));
}

/** While the plugin runs: containerd would remember snapshots that are gone, and stumble over them on its next pool. */
const snapshotSteps = ({ containerd, docker, address }: Return): Step[] =>
  Object.entries(Object.groupBy(containerd.snapshots, ({ namespace }) => namespace)).map(([namespace, found]) => {
    const keys = (found as Snapshot[]).map(({ key }) => key);
    return step({
      id: `snapshots:${namespace}`,
      title: `Remove what containerd has unpacked in namespace ${namespace} (${keys.length})`,
      do: exec(snapshotRemove(address, namespace, keys)),
      destroys:
        docker !== null && namespace === DOCKERS_NAMESPACE
          ? "what Docker's containers and images have written there"
          : `unpacked layers in namespace ${namespace}; the images stay, and can be unpacked again`,
      done: { is: 'no-snapshots-in', namespace },
    });
  });

/** What Docker made in containerd, and does not see any more. */
function dockersSteps({ containerd, docker, address }: Return): Step[] {
  if (docker === null) return [];
  const leases = containerd.snapshots.filter(({ namespace, isActive }) => isActive && namespace === DOCKERS_NAMESPACE);
  const keys = leases.map(({ key }) => key);
  // Where it kept its images in containerd before, these are among them.
  const images = storeFeature(docker.config.before ?? '') === true ? [] : containerd.dockersImages;
  return [
    ...(keys.length === 0
      ? []
      : [
          step({
            id: 'docker-leases',
            title: "Remove what kept Docker's containers in containerd",
            do: exec(leaseRemove(address, DOCKERS_NAMESPACE, keys)),
            done: { is: 'no-snapshots-in', namespace: DOCKERS_NAMESPACE },
          }),
        ]),
    ...(images.length === 0
      ? []
      : [
          step({
            id: 'docker-images',
            title: `Remove the images that Docker kept in containerd: ${images.join(', ')}`,
            do: exec(imageRemove(address, DOCKERS_NAMESPACE, images)),
            destroys: `images ${images.join(', ')}`,
            done: { is: 'no-images-of-docker' },
          }),
        ]),
  ];
}

function fileSteps({ containerd, was, config = null }: Return): Step[] {
  const { realPath: path, content: now, mode, owner, backups } = containerd.config;
  const { backup } = was.config;
  const done = fileAs(path, config);
  const restore = step({
    id: 'config-toml',
    title: config === null ? `Remove ${path}` : `Write ${path} as it was`,
    do: config === null ? { kind: 'remove-file', path } : { kind: 'write-file', path, content: config, mode, owner },
    done,
  });
  return [
    // One that is gone is left so.
    ...(now === null ? [] : [restore]),
    ...(backup !== null && backups.includes(backup)
      ? [
          step({
            id: 'config-toml-copy',
            title: `Remove the copy ${backup}`,
            do: { kind: 'remove-file', path: backup },
            done: not({ is: 'file-present', path: backup }),
          }),
        ]
      : []),
  ];
}

/** containerd as it was: it has the pool no more, and nothing on disk or in the kernel tells it of one. */
function serviceSteps({ containerd, was, poolName }: Return): Step[] {
  const off = not({ is: 'snapshotter', state: 'ok' });
  const back: Condition = was.ran ? all({ is: 'containerd-runs' }, off) : not({ is: 'containerd-runs' });
  const rootGone = not({ is: 'snapshotter-root', path: was.root.path });
  return [
    step({
      id: 'return-containerd',
      title: was.ran ? 'Restart containerd; containers run on' : 'Stop containerd, which did not run before',
      do: containerdService(was.ran ? 'restart' : 'stop'),
      done: back,
    }),
    step({
      id: 'release-containerd',
      title: `Remove the devices that containerd left on ${poolName}`,
      do: { kind: 'release-pool', poolName },
      done: { is: 'pool-released', poolName },
      onlyIfNeeded: true,
    }),
    ...(was.root.isOurs && containerd.snapshotterRoot.isThere
      ? [
          step({
            id: 'snapshotter-root',
            title: `Remove ${was.root.path}`,
            do: exec(removeTree(was.root.path)),
            destroys: `what containerd's snapshotter wrote down of this pool, ${was.root.path}`,
            done: rootGone,
          }),
        ]
      : []),
  ];
}
