import { fittedStepPercent, growthWithin } from '../model/growth.ts';
import { fileContent, type Host } from '../model/host.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm.ts';
import { isWrittenBy, type ProfileValues, parseProfile, profileName, renderProfile } from '../tools/profile.ts';
import { extentsToBytes, extentsWithin } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { DEFAULT_THRESHOLD_PERCENT } from './setup-design.ts';

/** The profile that a pool is to have, and what it says then. */
export interface CareProfile {
  name: string;
  path: string;
  values: ProfileValues;
  /** null: its file stays as it is. */
  write: { before: string | null; content: string } | null;
  /** Why the profile that is attached does not do; null: it stays. */
  lack: string | null;
}

/**
 * Keeps the profile that is attached, whoever wrote it, as long as LVM can take one of its steps. Otherwise one of
 * dmtool's takes its place, with the threshold that is in force and the largest step that the VG has room for. No file
 * that dmtool did not write is ever written over, and none that another LV goes by.
 */
export function careProfile(host: Host, vg: VolumeGroup, lv: LogicalVolume, template: string): CareProfile {
  const path = lv.profile === null ? null : profilePath(host, lv.profile);
  const content = path === null ? null : fileContent(host, path);
  const inForce = content === null ? null : parseProfile(content);
  const isOurs = content !== null && isWrittenBy(template, content);
  const lack = lackOf({ vg, lv, content, values: inForce, isOurs });
  if (lv.profile !== null && path !== null && inForce !== null && lack === null) {
    return { name: lv.profile, path, values: inForce, write: null, lack };
  }
  const threshold = inForce?.thresholdPercent ?? 100;
  const values = {
    thresholdPercent: threshold < 100 ? threshold : DEFAULT_THRESHOLD_PERCENT,
    stepPercent: fittedStepPercent(dataExtents(vg, lv), vg.freeExtents),
  };
  const name = nameFor(host, vg, lv, template);
  const target = profilePath(host, name);
  const before = fileContent(host, target);
  const wanted = renderProfile(template, values);
  return { name, path: target, values, write: before === wanted ? null : { before, content: wanted }, lack };
}

const profilePath = (host: Host, name: string): string => `${host.lvm.profileDirectory}/${name}.profile`;

const dataExtents = (vg: VolumeGroup, lv: LogicalVolume) => extentsWithin(lv.sizeBytes, vg.extentSizeBytes);

interface Attached {
  vg: VolumeGroup;
  lv: LogicalVolume;
  content: string | null;
  values: ProfileValues | null;
  isOurs: boolean;
}

function lackOf({ vg, lv, content, values, isOurs }: Attached): string | null {
  if (lv.profile === null) return 'none is attached';
  if (content === null) return `the file of profile ${lv.profile} is missing`;
  if (values === null) return `profile ${lv.profile} sets no auto-extension`;
  const { thresholdPercent, stepPercent } = values;
  // In a profile of dmtool's somebody asked for it.
  if (thresholdPercent >= 100) return isOurs ? null : `profile ${lv.profile} switches auto-extension off`;
  const data = dataExtents(vg, lv);
  const { times, firstExtents } = growthWithin(data, vg.freeExtents, stepPercent);
  if (times > 0 || (isOurs && stepPercent === fittedStepPercent(data, vg.freeExtents))) return null;
  const [step, free] = [firstExtents, vg.freeExtents].map((count) =>
    formatSize(extentsToBytes(count, vg.extentSizeBytes)),
  );
  return `the step of profile ${lv.profile}, ${stepPercent} %, is ${step}, and VG ${vg.name} has ${free} free`;
}

/** The attached name where its file is missing or dmtool's; else setup's name; else the next one that is free. */
function nameFor(host: Host, vg: VolumeGroup, lv: LogicalVolume, template: string): string {
  const plain = profileName(vg.name, lv.name);
  const mayWrite = (name: string): boolean => {
    const content = fileContent(host, profilePath(host, name));
    return !isOfAnother(host, lv, name) && (content === null || isWrittenBy(template, content));
  };
  const first = [...(lv.profile === null ? [] : [lv.profile]), plain, `dmtool-${plain}`].find(mayWrite);
  if (first !== undefined) return first;
  let number = 2;
  while (!mayWrite(`dmtool-${plain}-${number}`)) number += 1;
  return `dmtool-${plain}-${number}`;
}

const isOfAnother = (host: Host, lv: LogicalVolume, name: string): boolean =>
  host.volumeGroups.some(({ logicalVolumes }) => logicalVolumes.some((each) => each !== lv && each.profile === name));
