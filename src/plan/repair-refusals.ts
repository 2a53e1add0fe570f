import { isContainerdUp } from '../model/containerd.ts';
import { type DockerFacts, isDockerUp } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import { dmName, findSpare } from '../model/lvm.ts';
import { isMadeByDocker } from '../model/raw-pool.ts';
import { shellLine } from '../tools/shell-line.ts';
import { bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { refuseParts } from './activate-raw.ts';
import { refuseUnusableVg } from './host-refusals.ts';
import { refuseReadOnlyTable, refuseSuspended } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';
import { grownMetadata } from './repair-growth.ts';
import type { RepairSite } from './repair-site.ts';
import { isFull, isWell, type SickLvmPool, type SickPool, workingStatus } from './repair-subject.ts';

/** What stands against repairing this pool, whoever is on it. */
export function refuseSickPool(host: Host, pool: SickPool, isUnfinished: boolean): Refusal[] {
  const { name, kernel, kernelName } = pool;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: name, reason, remedy },
  ];
  if (isMadeByDocker(kernelName)) {
    const reason = 'Docker takes it down when it stops, and makes it anew of its files when it starts';
    return refuse('made-by-docker', reason, BY_HAND);
  }
  if (kernel?.suspended) return [refuseSuspended(name, kernel.name)];
  if (kernel?.table?.features.includes('read_only')) {
    return [refuseReadOnlyTable(name)];
  }
  if (isWell(kernel) && !isUnfinished) return [refuseHealthy(pool)];
  return pool.kind === 'lvm' ? refuseLvmPool(host, pool) : pool.kernel ? [] : refuseParts(pool.record, pool.parts);
}

const BY_HAND =
  'stop Docker, copy devicemapper/devicemapper/metadata in its data root, run thin_check --clear-needs-check-flag on it, or thin_repair into a new file of the same size that takes its place; then start Docker';

function refuseHealthy({ name, kernel }: SickPool): Refusal {
  const isOutOfData = workingStatus(kernel)?.mode === 'out_of_data_space';
  return {
    code: 'pool-healthy',
    subject: name,
    reason: isOutOfData
      ? 'its metadata are well: it has no room left for data'
      : 'it is well: the kernel runs it read-write, and asks for no check',
    remedy: isOutOfData
      ? `dmtool resize --pool ${name}`
      : 'leave it as it is; dmtool doctor tells what else there may be',
  };
}

function refuseLvmPool({ lvm }: Host, pool: SickLvmPool): Refusal[] {
  const { name, vg, lv, kernel } = pool;
  const unusable = refuseUnusableVg(vg);
  if (unusable.length > 0) return unusable;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: name,
    reason,
    remedy,
  });
  const refusals: Refusal[] = [];
  if (lvm.thinCheckExecutable === '') {
    const reason = "LVM's own check of metadata is switched off, and only that check clears the flag";
    refusals.push(refuse('check-switched-off', reason, 'take global/thin_check_executable="" out of lvm.conf'));
  }
  const needed = bytes(lv.metadataSizeBytes ?? 0n);
  const largest = bytes(
    vg.logicalVolumes.reduce((most, { metadataSizeBytes: size }) => (size !== null && size > most ? size : most), 0n),
  );
  const spare = findSpare(vg)?.sizeBytes ?? 0n;
  if (spare + vg.freeExtents * vg.extentSizeBytes < largest) {
    const found = spare === 0n ? 'no spare metadata LV' : 'a spare metadata LV that is too small';
    const reason = `VG ${vg.name} has ${found}, and no room for one of ${formatSize(largest)}`;
    refusals.push(refuse('no-room', reason, `give it another disk first: vgextend ${vg.name} DEVICE`));
  }
  if (isFull(kernel) && grownMetadata(pool) * vg.extentSizeBytes <= needed) {
    const reason = `its metadata are full, and VG ${vg.name} has no room for more of them, and for a spare of that size`;
    refusals.push(refuse('no-room', reason, `give it another disk first: vgextend ${vg.name} DEVICE`));
  }
  return refusals;
}

/** What would be taken from under somebody, and what could not be made again. */
export function refuseUses(site: RepairSite): Refusal[] {
  const { pool, facts, thins, engines, before, strangers, layered } = site;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: pool.name,
    reason,
    remedy,
  });
  const isStopped = engines.docker !== null && isDockerUp(engines.docker);
  const stays = (device: string): boolean => strangers.some(({ name }) => name === device) || !isStopped;
  const mounted = facts.mounts.filter(
    ({ device }) => thins.some(({ name }) => name === device) && (isLvms(site, device) || stays(device)),
  );
  const unknown = strangers.filter(({ name }) => before.devices.every((each) => each.name !== name));
  return [
    ...refuseEngines(site),
    ...mounted.map(({ device, mountPoint }) =>
      refuse(
        'in-use',
        `${device} is mounted on ${mountPoint}`,
        `stop what uses it, then ${shellLine(['umount', mountPoint])}`,
      ),
    ),
    ...unknown.map(({ name }) =>
      refuse(
        'in-use',
        `device ${name} is active on it, and the kernel does not say any more how it was made`,
        `stop what uses it, then dmsetup remove ${name}; make it again afterwards`,
      ),
    ),
    ...layered.map((name) =>
      refuse(
        'in-use',
        `device ${name} is active on it, and reads from another device what was never written into it (an external origin)`,
        `note dmsetup table ${name}, stop what uses it, then dmsetup remove ${name}; make it again afterwards`,
      ),
    ),
  ];
}

const isLvms = ({ pool, before }: RepairSite, device: string): boolean =>
  pool.kind === 'lvm' && before.volumes.some((name) => dmName(pool.vg.name, name) === device);

/** Engines that nobody here can stop and start. */
function refuseEngines({ engines: { docker, containerd } }: RepairSite): Refusal[] {
  const refusals: Refusal[] = docker?.isStray ? [strayDocker(docker)] : [];
  if (containerd === null || isContainerdUp(containerd) || containerd.pid === null) return refusals;
  const reason = 'it runs, and its service did not start it: nobody here starts it again';
  return [
    ...refusals,
    { code: 'containerd-unmanaged', subject: 'containerd', reason, remedy: 'stop it, or start it by its service' },
  ];
}

const strayDocker = ({ manager }: DockerFacts): Refusal => ({
  code: 'docker-stray',
  subject: 'dockerd',
  reason: `it runs, and ${manager === 'systemd' ? 'docker.service' : 'its init script'} did not start it`,
  remedy: 'stop it, or start it by its service',
});
