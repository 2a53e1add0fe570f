import { growthWithin } from '../model/growth.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm.ts';
import { type ProfileValues, parseProfile } from '../tools/profile.ts';
import { type Bytes, extentsToBytes, extentsWithin } from '../units/quantity.ts';

/** What LVM's auto-extension can do for a pool, without anybody's doing. */
export type Outlook =
  | { kind: 'can'; rule: ProfileValues; times: number; totalBytes: Bytes }
  /** The VG has not the room for one step. */
  | { kind: 'no-room'; rule: ProfileValues; stepBytes: Bytes }
  | { kind: 'not-watched'; rule: ProfileValues }
  /** A threshold of 100. */
  | { kind: 'off' }
  /** A profile is attached, and its file is not there, or says nothing. */
  | { kind: 'profile-unread'; profile: string };

/**
 * @param profileText the attached profile's file; null: not there
 * @param defaults what holds without a profile, in the same format
 */
export function outlookOf(
  vg: VolumeGroup,
  lv: LogicalVolume,
  profileText: string | null,
  defaults: string | null,
): Outlook {
  const text = lv.profile === null ? defaults : profileText;
  const rule = text === null ? null : parseProfile(text);
  if (rule === null) return lv.profile === null ? { kind: 'off' } : { kind: 'profile-unread', profile: lv.profile };
  if (rule.thresholdPercent >= 100) return { kind: 'off' };
  if (lv.monitor !== 'monitored') return { kind: 'not-watched', rule };
  const data = extentsWithin(lv.sizeBytes, vg.extentSizeBytes);
  const { times, firstExtents, totalExtents } = growthWithin(data, vg.freeExtents, rule.stepPercent);
  const size = (count: typeof totalExtents): Bytes => extentsToBytes(count, vg.extentSizeBytes);
  return times > 0
    ? { kind: 'can', rule, times, totalBytes: size(totalExtents) }
    : { kind: 'no-room', rule, stepBytes: size(firstExtents) };
}
