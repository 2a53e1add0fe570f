import { OWN_PROFILE_DIRECTORY, OWN_VG } from '../engines/docker/own-setup.ts';
import { OWN_SETUP_POOL } from '../engines/docker/pool-of.ts';
import { fileContent, type Host } from '../model/host.ts';
import type { ProvisionIntent } from '../model/intent.ts';
import { isOurs } from '../model/lvm.ts';
import { installRemedy } from '../tools/programs.ts';
import { holds } from './condition.ts';
import { refuseDevice } from './device-preflight.ts';
import { refuseUnusableVg } from './host-refusals.ts';
import { refuseChanges } from './own-setup-changes.ts';
import { OWN_PROFILE_PATH, OWN_RECORD, type OwnSetupSite } from './own-setup-site.ts';
import { refuseUnhealthy } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';
import { pvOn } from './setup-site.ts';

/** What stands against Docker making its pool of that device: what Docker would refuse, and what it does not look at. */
export function refuseOwnSetup(host: Host, intent: ProvisionIntent, site: OwnSetupSite): Refusal[] {
  const standing = [...refuseThinCheck(host), ...refuseProfilePlace(host)];
  if (site.made !== null) {
    return [
      ...standing,
      ...refuseUnusableVg(site.made.vg),
      ...refuseSick(host, site),
      ...refuseChanges(intent, site.made),
    ];
  }
  return [...standing, ...refuseOtherRun(site), ...refusePlace(host, site), ...refuseNewDevice(host, intent, site)];
}

/** Docker looks for it on its PATH, whatever lvm.conf says. */
const refuseThinCheck = ({ programs, lvm }: Host): Refusal[] =>
  programs.includes('thin_check') || lvm.thinCheckExecutable !== ''
    ? []
    : [
        {
          code: 'missing-program',
          subject: 'thin_check',
          reason: 'lvm.conf names none, and Docker makes no pool without one',
          remedy: installRemedy('thin_check'),
        },
      ];

const refuseProfilePlace = ({ lvm: { profileDirectory } }: Host): Refusal[] =>
  profileDirectory === OWN_PROFILE_DIRECTORY
    ? []
    : [
        {
          code: 'docker-unfit',
          subject: profileDirectory,
          reason: `LVM looks for profiles there, and Docker writes its own to ${OWN_PROFILE_DIRECTORY}`,
          remedy: 'leave --provisioner docker out: dmtool writes it where LVM looks',
        },
      ];

function refuseSick(host: Host, { made }: OwnSetupSite): Refusal[] {
  return made?.pool.active ? refuseUnhealthy(host, OWN_VG, made.pool.name) : [];
}

/** What another run has begun is gone on with as it was begun. */
function refuseOtherRun({ record, device }: OwnSetupSite): Refusal[] {
  if (record === undefined) return [];
  const refuse = (reason: string, remedy: string): Refusal[] => [
    { code: 'unfinished', subject: OWN_RECORD, reason, remedy },
  ];
  if (record.provisionedBy === undefined) {
    return refuse(
      'a setup of this pool by dmtool itself was cut off',
      'go on without --provisioner docker, or dmtool teardown',
    );
  }
  const begun = record.devices.map(({ path }) => path);
  if (begun.includes(device.path)) return [];
  return refuse(
    `a setup of this pool was cut off that had begun on ${begun.join()}`,
    `name ${begun.join()}, or dmtool teardown`,
  );
}

/** The names that Docker gives are fixed: they must be free. */
function refusePlace(host: Host, site: OwnSetupSite): Refusal[] {
  const { vg, device, docker, isOurs: isOwn } = site;
  const { dataRoot } = docker;
  if (isOwn) return [];
  if (vg !== undefined) return [refuseVg(host, site)];
  const refusals: Refusal[] = [];
  if (host.thinPools.some(({ name }) => name === OWN_SETUP_POOL)) {
    const reason = "a thin pool of that name runs already, and it is none of LVM's";
    refusals.push({ code: 'in-use', subject: `/dev/mapper/${OWN_SETUP_POOL}`, reason, remedy: OTHERWISE });
  }
  if (fileContent(host, OWN_PROFILE_PATH) !== null && site.record === undefined) {
    const reason = 'a profile of that name exists, and Docker would write over it';
    refusals.push({
      code: 'profile-differs',
      subject: OWN_PROFILE_PATH,
      reason,
      remedy: 'move it away, if nobody needs it',
    });
  }
  if (dataRoot.ownSetup !== null && site.record === undefined) {
    const reason = `Docker has made its pool of ${dataRoot.ownSetup.device} already (setup-config.json), and there is no VG ${OWN_VG} now`;
    const remedy = `bring that disk back, or move ${dataRoot.path} away: Docker makes its pool only once, and ${device.asked} would stay as it is`;
    refusals.push({ code: 'pool-absent', subject: dataRoot.path, reason, remedy });
  }
  return refusals;
}

const OTHERWISE = 'let dmtool make the pool under other names: --vg, --pool, without --provisioner docker';

function refuseVg(host: Host, { vg, pool, device, docker }: OwnSetupSite): Refusal {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: `VG ${OWN_VG}`,
    reason,
    remedy,
  });
  const { ownSetup } = docker.dataRoot;
  const held = host.physicalVolumes.filter(({ vgName }) => vgName === OWN_VG).map(({ path }) => path);
  if (ownSetup !== null && pool !== undefined && !held.includes(device.path)) {
    const reason = `Docker has made its pool on ${held.join(', ')} already, and takes no other device`;
    return refuse('vg-devices-differ', reason, `dmtool resize --pool ${OWN_RECORD} --device ${device.path} grows it`);
  }
  if (vg && isOurs(vg)) {
    const remedy = 'leave --provisioner docker out, or dmtool teardown first';
    return refuse('vg-exists', 'a VG of that name exists, and it is of a pool that dmtool made itself', remedy);
  }
  if (ownSetup !== null && pool !== undefined) {
    const remedy = `have it looked after: dmtool adopt --pool ${OWN_RECORD}`;
    return refuse('vg-exists', 'Docker has made its pool already, and not for dmtool', remedy);
  }
  if (holds({ is: 'dockers-volume-group', device: device.path }, host)) {
    const reason = `a set-up of Docker's own that failed left it on ${device.path}: Docker does not go on with it, it says "already part of a volume group"`;
    const remedy = `if nobody needs it: vgremove --yes ${OWN_VG}; pvremove ${device.path}; then run this again with --wipe`;
    return refuse('vg-exists', reason, remedy);
  }
  return refuse('vg-exists', 'a VG of that name exists, and Docker has no other name for its own', OTHERWISE);
}

/** Docker asks LVM and blkid, where it finds them, and overlooks partition tables, mounts and holders. */
function refuseNewDevice(host: Host, { wipe }: ProvisionIntent, { device, isOurs: ours }: OwnSetupSite): Refusal[] {
  const pv = pvOn(host, device);
  // Told with its VG.
  if (pv?.vgName === OWN_VG) return [];
  return refuseDevice(device, { pv, ours, wipe });
}
