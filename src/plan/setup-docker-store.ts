import type { SnapshotterWish } from '../engines/containerd/settings.ts';
import { BASE_SIZE, FILESYSTEM } from '../engines/docker/option-table.ts';
import { CONTAINERD_SERVICE, type ContainerdFacts } from '../model/containerd.ts';
import { DOCKER_SERVICE, type DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, SetupIntent } from '../model/intent.ts';
import { dmName } from '../model/lvm.ts';
import { recordName } from '../model/ownership.ts';
import { bootUnit } from '../tools/boot-unit.ts';
import { parseSize } from '../units/size.ts';
import { bootSteps, bootWayBack } from './boot-steps.ts';
import { refuseContainerd, refuseSnapshotter } from './containerd-refusals.ts';
import { type ContainerdSite, surveyContainerd } from './containerd-site.ts';
import { containerdSteps, containerdWayBack } from './containerd-steps.ts';
import { dockerNotes, dockerWarnings } from './docker-notes.ts';
import { refuseDocker, refuseMove, refuseNoBuild } from './docker-refusals.ts';
import { type DockerSite, surveyDocker } from './docker-site.ts';
import { dockerSteps } from './docker-steps.ts';
import { dockerWayBack } from './docker-way-back.ts';
import { keepAround } from './keep-around.ts';
import { refuseKeep } from './keep-refusals.ts';
import type { Refusal } from './refusal.ts';
import { planSetup } from './setup.ts';
import { snapshotterNote } from './setup-containerd.ts';
import type { Plan, Planned, PoolSummary } from './step.ts';

/**
 * Plans the pool, containerd's devmapper snapshotter on it, and Docker 25 or later on that: its containerd store takes the
 * place of the devicemapper driver that was taken out.
 */
export function planSetupWithStore(
  host: Host,
  docker: DockerFacts,
  intent: SetupIntent,
  dockerIntent: DockerIntent,
): Planned {
  const pool = planSetup(host, intent);
  const standing = [
    ...refuseDocker(docker, host.programs, refuseNoBuild),
    ...refuseContainerd(host),
    ...refuseOptions(docker, dockerIntent),
  ];
  if (pool.kind === 'refused' || standing.length > 0) {
    return { kind: 'refused', refusals: [...(pool.kind === 'refused' ? pool.refusals : []), ...standing] };
  }
  const { vg, pool: lv } = intent;
  const name = recordName(vg, lv);
  const poolName = dmName(vg, lv);
  const snapshotter = surveyContainerd(
    host,
    host.containerd as ContainerdFacts,
    { name, poolName, isOnFiles: false },
    wishOf(dockerIntent),
  );
  const site = surveyDocker(host, docker, name, dockerIntent, {
    kind: 'containerd',
    poolName,
    dataSizeBytes: (pool.plan.summary as PoolSummary).dataSizeBytes,
  });
  const moving = [...refuseSnapshotter(host, snapshotter), ...refuseMove(host, site), ...refuseKeep(host, site)];
  if (moving.length > 0) return { kind: 'refused', refusals: moving };
  return { kind: 'ready', plan: keepAround(host, site, joinPlans(host, intent, pool.plan, snapshotter, site)) };
}

/** What containerd's snapshotter knows as well, by its names for it. */
function wishOf({ storageOptions }: DockerIntent): SnapshotterWish {
  const said = (name: string): string | undefined => storageOptions.find((option) => option.name === name)?.value;
  const [size, filesystem] = [said(BASE_SIZE), said(FILESYSTEM)];
  const baseSizeBytes = size === undefined ? undefined : parseSize(size);
  return { ...(baseSizeBytes && { baseSizeBytes }), ...(filesystem && { filesystem }), options: {} };
}

/** Options of the devicemapper driver, which such a Docker has not. */
const refuseOptions = ({ version }: DockerFacts, { storageOptions }: DockerIntent): Refusal[] =>
  storageOptions
    .filter(({ name }) => name !== BASE_SIZE && name !== FILESYSTEM)
    .map(({ name, value }) => ({
      code: 'option-conflict',
      subject: `${name}=${value}`,
      reason: `Docker ${version} has no devicemapper driver: it reaches the pool through containerd, which has no such option`,
      remedy: 'leave it out; --base-size and --fs work with either',
    }));

function joinPlans(
  host: Host,
  { vg, pool: lv }: SetupIntent,
  pool: Plan,
  snapshotter: ContainerdSite,
  site: DockerSite,
): Plan {
  const { docker, intent } = site;
  const ofContainerd = containerdSteps(host, snapshotter, intent.startDeadlineMs);
  const ofDocker = dockerSteps(host, site);
  const boot = bootUnit(vg, lv, [CONTAINERD_SERVICE, DOCKER_SERVICE]);
  const { name } = pool.owns;
  const back = [...containerdWayBack(snapshotter), ...bootWayBack(boot), ...pool.wayBack];
  return {
    ...pool,
    subject: `${pool.subject}, and Docker ${docker.version} on it, through containerd ${snapshotter.containerd.version}`,
    steps: [...pool.steps, ...bootSteps(host, boot), ...ofContainerd, ...ofDocker],
    warnings: [...pool.warnings, ...dockerWarnings(site)],
    notes: [
      ...(ofContainerd.length > 0 ? [snapshotterNote(snapshotter)] : []),
      ...(ofDocker.length > 0 ? dockerNotes(site) : []),
    ],
    owns: { ...pool.owns, docker: site.owns, containerd: snapshotter.owns },
    record: 'keep',
    endings: {
      done: `Docker runs on thin pool ${name}, through containerd's devmapper snapshotter: made, watched, and read back from the kernel, from containerd and from Docker.`,
      nothingToDo: `Docker runs on thin pool ${name}, through containerd's devmapper snapshotter, as wanted: nothing to do, nothing changed.`,
    },
    undoCommand: ['dmtool', 'teardown', '--vg', vg, '--pool', lv],
    wayBack: dockerWayBack(site, back),
  };
}
