import type { Host } from '../model/host.ts';
import { ADOPTED_TAG, isOurPool, type LogicalVolume, OWNER_TAG, ownTags, type VolumeGroup } from '../model/lvm.ts';
import { hasMarkFor, type ThinPoolTable, thresholdOfMark } from '../model/thin-pool.ts';
import { lvchangeMarks, lvchangeRefreshAt, lvchangeUnmonitor } from '../tools/lvm-care.ts';
import { lvchangeMonitor, lvchangeRefresh } from '../tools/lvm-commands.ts';
import { type CareProfile, careProfile } from './care-profile.ts';
import { not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Action, Step, Undo } from './step.ts';

/** A pool of LVM's, and how the kernel runs it; table null: it is not active. */
export interface CarePool {
  name: string;
  vg: VolumeGroup;
  lv: LogicalVolume;
  table: ThinPoolTable | null;
}

/** What a pool lacks of dmtool's care. */
export interface CareRepair {
  profile: CareProfile;
  /** The profile and the tags: before an activation, so that the first table has its mark. */
  marking: Step[];
  /** Monitoring and the low water mark: once it is active. */
  watching: Step[];
}

/**
 * Steps for what a pool lacks, each of which gives back what was there when it is undone. A pool that nobody looks after
 * yet is marked as adopted.
 */
export function careRepairSteps(host: Host, pool: CarePool, profileTemplate: string): CareRepair {
  const profile = careProfile(host, pool.vg, pool.lv, profileTemplate);
  return {
    profile,
    marking: [...fileSteps(pool, profile), ...markSteps(pool, profile)],
    watching: [...monitorSteps(pool), ...refreshSteps(pool, profile)],
  };
}

function fileSteps({ name }: CarePool, { path, values, write }: CareProfile): Step[] {
  if (write === null) return [];
  const { before, content } = write;
  const file = (text: string): Action => ({ kind: 'write-file', path, content: text, mode: 0o644 });
  const done = { is: 'file-is', path, content } as const;
  return [
    step({
      id: `profile:${name}`,
      title: `Write ${path}: at ${values.thresholdPercent} %, steps of ${values.stepPercent} %`,
      do: file(content),
      undo: [{ when: done, do: before === null ? { kind: 'remove-file', path } : file(before) }],
      done,
    }),
  ];
}

function markSteps({ name, vg, lv }: CarePool, { name: profile }: CareProfile): Step[] {
  const before = ownTags(lv);
  const wanted = isOurPool(vg, lv) ? [OWNER_TAG] : [OWNER_TAG, ADOPTED_TAG];
  const addTags = wanted.filter((tag) => !before.includes(tag));
  const isAttached = lv.profile === profile;
  if (addTags.length === 0 && isAttached) return [];
  const of = { vg: vg.name, pool: lv.name };
  const tags = ownTags({ ...lv, tags: [...before, ...addTags] });
  const attach = (each: string | null) => (isAttached ? {} : { profile: each });
  const back = { ...attach(lv.profile), removeTags: addTags };
  return [
    step({
      id: `adopt:${name}`,
      title: markTitle(name, isAttached ? null : profile, addTags),
      do: exec(lvchangeMarks(vg.name, lv.name, { ...attach(profile), addTags })),
      undo: [
        {
          when: not({ is: 'pool-marks', ...of, profile: lv.profile, tags: before }),
          do: exec(lvchangeMarks(vg.name, lv.name, back)),
        },
      ],
      done: { is: 'pool-marks', ...of, profile, tags },
    }),
  ];
}

function markTitle(pool: string, profile: string | null, addTags: readonly string[]): string {
  const mark = addTags.includes(ADOPTED_TAG) ? 'adopted' : "dmtool's";
  if (profile === null) return `Mark ${pool} as ${mark}`;
  return `Attach profile ${profile} to ${pool}${addTags.length === 0 ? '' : `, and mark it as ${mark}`}`;
}

/** An activation has LVM watch the pool by itself. */
function monitorSteps({ name, vg, lv, table }: CarePool): Step[] {
  const of = { vg: vg.name, pool: lv.name };
  if (lv.monitor === 'monitored') return [];
  const isActive = table !== null;
  return [
    step({
      id: `monitor:${name}`,
      title: `Have dmeventd watch ${name}`,
      do: exec(lvchangeMonitor(vg.name, lv.name)),
      undo: isActive ? [{ when: { is: 'monitored', ...of }, do: exec(lvchangeUnmonitor(vg.name, lv.name)) }] : [],
      done: { is: 'monitored', ...of },
      onlyIfNeeded: !isActive,
    }),
  ];
}

/** With a threshold of 100 nothing is ever extended, and LVM sets no mark. */
function refreshSteps({ name, vg, lv, table }: CarePool, { values: { thresholdPercent } }: CareProfile): Step[] {
  if (thresholdPercent >= 100 || (table !== null && hasMarkFor(table, thresholdPercent))) return [];
  const of = { vg: vg.name, pool: lv.name };
  const undo = (was: ThinPoolTable): Undo => ({
    when: not({ is: 'low-water-mark-is', ...of, blocks: was.lowWaterMarkBlocks }),
    do: exec(lvchangeRefreshAt(vg.name, lv.name, thresholdOfMark(was))),
  });
  return [
    step({
      id: `refresh:${name}`,
      title: `Set the low water mark of ${name} in the kernel`,
      do: exec(lvchangeRefresh(vg.name, lv.name)),
      undo: table === null ? [] : [undo(table)],
      done: { is: 'low-water-mark-for', ...of, thresholdPercent },
      onlyIfNeeded: table === null,
    }),
  ];
}
