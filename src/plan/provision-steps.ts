import { formatOwnProfile, OWN_POOL, OWN_PROFILE, OWN_PROFILE_DIRECTORY, OWN_VG } from '../engines/docker/own-setup.ts';
import { type BlockDevice, isBlank } from '../model/device.ts';
import { isDockerUp } from '../model/docker.ts';
import { fileContent, type Host } from '../model/host.ts';
import { syncFilesystems } from '../tools/file-commands.ts';
import { parseProfile } from '../tools/profile.ts';
import { formatSize } from '../units/size.ts';
import { bootSteps, dockerBootUnit } from './boot-steps.ts';
import { holds } from './condition.ts';
import { releaseSteps } from './data-root-steps.ts';
import type { DockerSite } from './docker-site.ts';
import { dockerSteps } from './docker-steps.ts';
import { exec, step } from './make-step.ts';
import { inForce, type OwnDesign } from './own-setup-design.ts';
import { OWN_PROFILE_PATH, OWN_RECORD, type OwnSetupSite } from './own-setup-site.ts';
import { afterSteps, ownSetupUndo, restartSteps, wakeStep } from './own-setup-steps.ts';
import { wipeSteps } from './setup-device-steps.ts';
import type { Step } from './step.ts';

/** Docker's own set-up of a pool: as it is found, and as it is to be. */
export interface Provision {
  host: Host;
  own: OwnSetupSite;
  device: BlockDevice;
  design: OwnDesign;
  site: DockerSite;
}

/** Every step of it that is still to be done. */
export function provisionSteps({ host, own, device, design, site }: Provision): Step[] {
  const missing = (steps: readonly Step[]): Step[] => steps.filter(({ done }) => !holds(done, host));
  const boot = dockerBootUnit(site.docker, OWN_VG, OWN_POOL);
  return [
    ...(own.made === null
      ? makingSteps({ host, own, device, site })
      : [
          ...profileSteps(host, own),
          ...missing([wakeStep]),
          ...dockerSteps(host, site),
          ...(own.record === undefined ? [] : [settleStep(site)]),
        ]),
    ...missing(afterSteps(design.profile, design.summary.autoextend.thresholdPercent)),
    // Once there is a pool that a service can wait for: before, Docker would wait in vain.
    ...(boot === null ? [] : bootSteps(host, boot)),
  ];
}

/** Docker's steps where starting it makes the pool. What a run left that was cut off has to go first. */
function makingSteps({ host, own, device, site }: Omit<Provision, 'design'>): Step[] {
  const docker = dockerSteps(host, site);
  const at = docker.findIndex(({ id }) => id === 'start-docker');
  const before = docker.slice(0, at);
  const isReleased = before.some(({ id }) => id === 'release-root');
  const { path: root, isMountPoint } = site.owns.dataRoot;
  const clearing = clearingSteps(host, own, device, site);
  return [
    ...(!own.isOurs && !isBlank(device) ? wipeSteps(device) : []),
    ...before,
    ...(clearing.length > 0 && !isReleased ? releaseSteps({ root, isMountPoint }) : []),
    ...clearing,
    ...docker.slice(at).map((each) => (each.id === 'start-docker' ? makingStep(each, device) : each)),
    settleStep(site),
  ];
}

function clearingSteps(host: Host, { record }: OwnSetupSite, { path }: BlockDevice, { docker }: DockerSite): Step[] {
  if (record === undefined) return [];
  const steps = restartSteps(host, path, OWN_PROFILE_PATH, docker.dataRoot.realPath);
  // Docker may be at it still: what it leaves is known only when it has stopped.
  return isDockerUp(docker) || steps.some(({ done }) => !holds(done, host)) ? steps : [];
}

/** What Docker wrote and did not sync is gone after a power cut: without its profile LVM sets no low water mark. */
function profileSteps(host: Host, { made, record }: OwnSetupSite): Step[] {
  const former = fileContent(host, OWN_PROFILE_PATH);
  const isLost = made?.pool.profile === OWN_PROFILE && parseProfile(former ?? '') === null;
  if (!isLost || record === undefined) return [];
  const path = OWN_PROFILE_PATH;
  const mode = 0o644;
  const written = { is: 'file-is', path, content: formatOwnProfile(inForce(made.setup)) } as const;
  return [
    step({
      id: 'profile',
      title: `Write ${OWN_PROFILE_PATH} again, with Docker's numbers`,
      do: { kind: 'write-file', path, content: written.content, mode },
      undo: [
        {
          when: written,
          do: former === null ? { kind: 'remove-file', path } : { kind: 'write-file', path, content: former, mode },
        },
      ],
      done: written,
    }),
  ];
}

/** Docker syncs neither its profile nor the record of its pool, and without that it never starts on it again. */
const settleStep = ({ docker: { dataRoot } }: DockerSite): Step =>
  step({
    id: 'settle',
    title: `Have on the disk what Docker wrote to ${dataRoot.path} and ${OWN_PROFILE_DIRECTORY}`,
    do: exec(syncFilesystems(dataRoot.path, OWN_PROFILE_DIRECTORY)),
    done: { is: 'driver-data', driver: 'devicemapper' },
  });

const makingStep = (start: Step, device: BlockDevice): Step => ({
  ...start,
  title: `Start Docker, which makes VG ${OWN_VG} and thin pool ${OWN_RECORD} of ${device.path}`,
  undo: [...start.undo, ...ownSetupUndo(device.path, OWN_PROFILE_PATH)],
  destroys: `${device.path} (${formatSize(device.sizeBytes)}) becomes an LVM physical volume`,
});
