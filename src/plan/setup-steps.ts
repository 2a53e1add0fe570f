import type { SetupIntent } from '../model/intent.ts';
import { findSpare, isOurs, type LogicalVolume, nextSpareName } from '../model/lvm.ts';
import * as lvm from '../tools/lvm-commands.ts';
import { extentsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { exec, step } from './make-step.ts';
import type { Design } from './setup-design.ts';
import type { Site } from './setup-site.ts';
import type { Step } from './step.ts';

/** Steps that make the two LVs and turn them into the pool. */
export function poolSteps(intent: SetupIntent, site: Site, design: Design): Step[] {
  const { vg, pool } = intent;
  const { dataExtents, metadataExtents } = design.size;
  const extentSizeBytes = site.vg?.extentSizeBytes ?? lvm.EXTENT_SIZE_BYTES;
  const createLv = (part: 'data' | 'metadata', lv: string, extentCount: typeof dataExtents): Step =>
    step({
      id: `lvcreate:${lv}`,
      title: `Make LV ${vg}/${lv} for ${part}, ${formatSize(extentsToBytes(extentCount, extentSizeBytes))}`,
      do: exec(lvm.lvcreate(vg, lv, extentCount)),
      undo: [{ when: { is: 'our-volume', vg, lv }, do: exec(lvm.lvremove(vg, lv)) }],
      done: { is: 'pool-part', vg, lv, pool, part, extentCount },
    });
  const convert: Step = step({
    id: 'lvconvert',
    title: `Turn both into thin pool ${vg}/${pool}, chunk size ${formatSize(design.chunkSizeBytes)}`,
    do: exec(
      lvm.lvconvertToThinPool({
        vg,
        data: pool,
        metadata: site.metadataName,
        chunkSizeBytes: design.chunkSizeBytes,
      }),
    ),
    undo: [
      { when: { is: 'thin-pool', vg, pool }, do: exec(lvm.lvremove(vg, pool)) },
      // A spare that stood there before is not ours to remove.
      ...(site.vg && findSpare(site.vg)
        ? []
        : [{ when: { is: 'unused-spare', vg } as const, do: exec(lvm.lvremove(vg, nextSpareName(site.vg))) }]),
    ],
    done: { is: 'thin-pool', vg, pool },
  });
  return [createLv('data', pool, dataExtents), createLv('metadata', site.metadataName, metadataExtents), convert];
}

/** Steps that have the pool watched and extended: profile, monitoring, low water mark. */
export function careSteps(intent: SetupIntent, site: Site, design: Design): Step[] {
  const { vg, pool } = intent;
  const { profile, profilePath, pool: before } = site;
  const steps: Step[] = [
    step({
      id: 'profile',
      title: `Write ${profilePath}`,
      do: { kind: 'write-file', path: profilePath, content: design.profileContent, mode: 0o644 },
      undo: [
        {
          when: { is: 'file-is', path: profilePath, content: design.profileContent },
          do: { kind: 'remove-file', path: profilePath },
        },
      ],
      done: { is: 'file-is', path: profilePath, content: design.profileContent },
    }),
    ...(before ? wakingSteps(vg, profile, before) : [firstActivation(vg, pool, profile)]),
    step({
      id: 'monitor',
      title: `Have dmeventd watch ${vg}/${pool}`,
      do: exec(lvm.lvchangeMonitor(vg, pool)),
      done: { is: 'monitored', vg, pool },
      onlyIfNeeded: true,
    }),
  ];
  // With a threshold of 100 nothing is ever extended, and LVM sets no mark.
  if (design.autoextend.thresholdPercent < 100) {
    steps.push(
      step({
        id: 'refresh',
        title: 'Set the low water mark in the kernel',
        do: exec(lvm.lvchangeRefresh(vg, pool)),
        done: { is: 'low-water-mark', vg, pool },
        onlyIfNeeded: true,
      }),
    );
  }
  return steps;
}

/** A pool that lvconvert has just made: one call of LVM does for it all that an existing one may lack. */
const firstActivation = (vg: string, pool: string, profile: string): Step =>
  step({
    id: 'activate',
    title: `Attach profile ${profile} to ${vg}/${pool} and activate it, watched by dmeventd`,
    do: exec(lvm.lvchangeProfileActivate(vg, pool, profile)),
    done: { is: 'pool-active', vg, pool },
    expect: [
      { is: 'profile-attached', vg, pool, profile },
      { is: 'pool-active', vg, pool },
    ],
  });

/** A pool that stood there before: each step for what it lacks, and undo gives back what it had. */
function wakingSteps(vg: string, profile: string, before: LogicalVolume): Step[] {
  const pool = before.name;
  return [
    step({
      id: 'attach-profile',
      title: `Attach profile ${profile} to ${vg}/${pool}`,
      do: exec(lvm.lvchangeProfile(vg, pool, profile)),
      undo: [
        {
          when: { is: 'profile-attached', vg, pool, profile },
          do: exec(lvm.lvchangeRestoreProfile(vg, pool, before.profile, isOurs(before))),
        },
      ],
      done: { is: 'profile-attached', vg, pool, profile },
    }),
    step({
      id: 'activate',
      title: `Activate ${vg}/${pool}, watched by dmeventd`,
      do: exec(lvm.lvchangeActivate(vg, pool)),
      undo: [{ when: { is: 'pool-active', vg, pool }, do: exec(lvm.lvchangeDeactivate(vg, pool)) }],
      done: { is: 'pool-active', vg, pool },
    }),
  ];
}
