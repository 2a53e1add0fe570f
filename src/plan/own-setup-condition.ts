import { isDockersProfile, OWN_METADATA, OWN_POOL, OWN_VG } from '../engines/docker/own-setup.ts';
import { fileContent, findVg, type Host } from '../model/host.ts';
import { isAdopted, type LogicalVolume } from '../model/lvm.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about what Docker makes when it makes its pool of a device by itself. */
export type OwnSetupCondition =
  /** Its VG, on that device alone, with nothing in it but what Docker puts there. */
  | { is: 'dockers-volume-group'; device: string }
  /** What pvremove leaves, or a pvcreate that was cut off: a metadata area without a label. */
  | { is: 'stale-lvm-metadata'; device: string }
  | { is: 'dockers-profile'; path: string }
  | { is: 'driver-data'; driver: string };

/** What lvconvert works with on its way to a pool goes by numbers: lvol0, lvol0_pmspare. */
const OWN_LV = new RegExp(`^(?:${OWN_POOL}(?:_tdata|_tmeta)?|${OWN_METADATA}|lvol\\d+(?:_pmspare)?)$`);

const isDockersLv = (lv: LogicalVolume): boolean => OWN_LV.test(lv.name) && lv.kind !== 'thin' && !isAdopted(lv);

/** How each is answered. */
export const ownSetupAnswers: Answers<OwnSetupCondition> = {
  'dockers-volume-group': (host, { device }) => {
    const held = host.physicalVolumes.filter(({ vgName }) => vgName === OWN_VG).map(({ path }) => path);
    return held.join() === device && findVg(host, OWN_VG)?.logicalVolumes.every(isDockersLv) === true;
  },

  'stale-lvm-metadata': (host: Host, { device }) =>
    host.physicalVolumes.every(({ path }) => path !== device) &&
    host.devices.some(
      (facts) =>
        facts.kind === 'block' &&
        facts.path === device &&
        facts.edges === 'stale-lvm-metadata' &&
        facts.signatures.length === 0,
    ),

  'dockers-profile': (host, { path }) => isDockersProfile(fileContent(host, path) ?? ''),
  'driver-data': ({ docker }, { driver }) => docker?.dataRoot.drivers.includes(driver) === true,
};
