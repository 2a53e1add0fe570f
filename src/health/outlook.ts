import { growthWithin } from '../model/growth.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm.ts';
import { parseProfile } from '../tools/profile.ts';
import { type Bytes, extentsToBytes, extentsWithin } from '../units/quantity.ts';

/** What LVM's auto-extension can do for a pool, without anybody's doing. */
export type Outlook =
  | { kind: 'can'; rule: Rule; times: number; totalBytes: Bytes }
  /** The VG has not the room for one step. */
  | { kind: 'no-room'; rule: Rule; stepBytes: Bytes }
  | { kind: 'not-watched'; rule: Rule }
  /** No profile, or one that switches it off. */
  | { kind: 'off' }
  /** A profile is attached, and its file is not there, or says nothing. */
  | { kind: 'profile-unread'; profile: string };

/** At so much use it extends by so much, both in percent. */
interface Rule {
  thresholdPercent: number;
  stepPercent: number;
}

/** @param profileText the attached profile's file; null: not there */
export function outlookOf(vg: VolumeGroup, lv: LogicalVolume, profileText: string | null): Outlook {
  if (lv.profile === null) return { kind: 'off' };
  const rule = profileText === null ? null : parseProfile(profileText);
  if (rule === null) return { kind: 'profile-unread', profile: lv.profile };
  if (rule.thresholdPercent >= 100) return { kind: 'off' };
  if (lv.monitor !== 'monitored') return { kind: 'not-watched', rule };
  const data = extentsWithin(lv.sizeBytes, vg.extentSizeBytes);
  const { times, firstExtents, totalExtents } = growthWithin(data, vg.freeExtents, rule.stepPercent);
  const size = (count: typeof totalExtents): Bytes => extentsToBytes(count, vg.extentSizeBytes);
  return times > 0
    ? { kind: 'can', rule, times, totalBytes: size(totalExtents) }
    : { kind: 'no-room', rule, stepBytes: size(firstExtents) };
}
