import { fittedStepPercent, LARGEST_STEP_PERCENT } from '../model/growth.ts';
import { fileContent, type Host } from '../model/host.ts';
import type { ResizeIntent } from '../model/intent.ts';
import { isWrittenBy, parseProfile, renderProfile } from '../tools/profile.ts';
import { extentsWithin } from '../units/quantity.ts';
import { growthSentence } from './care-growth.ts';
import type { LvmTarget } from './resize-lvm.ts';
import type { LvmPool } from './resize-subject.ts';

/** Auto-extension of a pool that has grown. */
export interface CarePlan {
  /** LVM is to extend it by itself, so that its table needs a low water mark. */
  watched: boolean;
  /** null: the profile stays as it is. */
  profile: { path: string; before: string; content: string } | null;
  /** What the reserve can do, in words; null: LVM extends nothing here. */
  sentence: string | null;
  warnings: string[];
}

/**
 * Fits the step of a profile that dmtool wrote to what the VG has then: up to 20 %, or, where somebody had set another step
 * than the fitted one, up to that. Profiles of others are left alone.
 */
export function autoextendAfter(
  host: Host,
  { profileTemplate }: ResizeIntent,
  pool: LvmPool,
  target: LvmTarget,
): CarePlan {
  const { vg, lv } = pool;
  const path = `${host.lvm.profileDirectory}/${lv.profile}.profile`;
  const before = lv.profile === null ? null : fileContent(host, path);
  const values = before === null ? null : parseProfile(before);
  if (before === null || values === null || values.thresholdPercent === 100) {
    return { watched: false, profile: null, sentence: null, warnings: [] };
  }
  const dataNow = extentsWithin(lv.sizeBytes, vg.extentSizeBytes);
  const wasFitted = values.stepPercent === fittedStepPercent(dataNow, vg.freeExtents);
  const most = wasFitted ? LARGEST_STEP_PERCENT : values.stepPercent;
  const fitted = Math.min(most, fittedStepPercent(target.dataExtents, target.freeExtents));
  const isOurs = isWrittenBy(profileTemplate, before);
  const stepPercent = isOurs ? fitted : values.stepPercent;
  const content = renderProfile(profileTemplate, { ...values, stepPercent });
  const sentence = growthSentence(vg, target.dataExtents, target.freeExtents, { ...values, stepPercent });
  const advice = 'dmtool resize --device gives the VG another disk.';
  return {
    watched: true,
    profile: isOurs && stepPercent !== values.stepPercent ? { path, before, content } : null,
    sentence,
    warnings:
      sentence !== null ? [] : [`After this the VG has no room for a step of auto-extension: it can't run. ${advice}`],
  };
}
