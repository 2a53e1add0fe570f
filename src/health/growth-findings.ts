import type { DmeventdState } from '../model/pool-survey.ts';
import { formatSize } from '../units/size.ts';
import type { FindingCode } from './codes.ts';
import type { PoolFinding } from './finding.ts';
import type { PoolReport } from './pool-report.ts';

/** An auto-extension that was arranged and can't run is what pools die of at night. */
export function growthFindings(pool: PoolReport, dmeventd: DmeventdState): PoolFinding[] {
  const { name, outlook, profile, isOurs } = pool;
  switch (outlook?.kind) {
    case 'not-watched':
      // What does not run needs nobody to watch it; LVM does so when it activates it.
      return pool.mode === 'inactive' ? [] : [unwatched(name, dmeventd)];
    case 'profile-unread': {
      const text = `its profile ${outlook.profile} is not there, or says nothing: LVM will not extend it`;
      return [warning('DM110', text, adoptCommand(name), { profile: outlook.profile })];
    }
    case 'no-room':
      return [...noRoom(pool, outlook), ...offTheMark(pool)];
    case 'can':
      return offTheMark(pool);
    case 'off':
      if (profile !== null) return [switchedOff(name, profile)];
      return [isOurs ? warning('DM119', NO_PROFILE, adoptCommand(name), {}) : neverAsked(name)];
    default:
      return [];
  }
}

const NO_PROFILE = 'the profile that dmtool gave it is not attached any more: LVM will not extend it';

const adoptCommand = (name: string): string => `dmtool adopt --pool ${name}`;

const warning = (code: FindingCode, text: string, remedy: string, facts: PoolFinding['facts']): PoolFinding => ({
  code,
  state: 'WARNING',
  text,
  remedy,
  facts,
});

/** It may hang for good, and a signal that it could handle would not end it. Another begins with whoever asks for one. */
export const DMEVENTD_REMEDY = 'kill -9 "$(cat /run/dmeventd.pid)" && vgchange --monitor y';

function unwatched(name: string, dmeventd: DmeventdState): PoolFinding {
  const remedy = `lvchange --monitor y ${name}`;
  switch (dmeventd) {
    case 'silent':
      return warning('DM136', 'dmeventd does not answer: LVM may not extend it', DMEVENTD_REMEDY, {});
    case 'absent':
      return warning('DM121', 'dmeventd does not run, so nobody watches it: LVM will not extend it', remedy, {});
    case 'runs':
      return warning('DM109', 'dmeventd does not watch it: LVM will not extend it', remedy, {});
  }
}

const switchedOff = (name: string, profile: string): PoolFinding => ({
  code: 'DM118',
  state: 'INFO',
  text: `its profile ${profile} has a threshold of 100: LVM does not extend it`,
  remedy: `lvchange --detachprofile ${name} && dmtool adopt --pool ${name}`,
  facts: { profile },
});

const neverAsked = (name: string): PoolFinding => ({
  code: 'DM118',
  state: 'INFO',
  text: 'neither a profile nor lvm.conf asks LVM to extend it',
  remedy: adoptCommand(name),
  facts: { profile: null },
});

function noRoom(
  { name, data, vg }: PoolReport,
  outlook: { rule: { thresholdPercent: number }; stepBytes: bigint },
): PoolFinding[] {
  const stepBytes = outlook.stepBytes as Parameters<typeof formatSize>[0];
  const isDue = data !== null && data.usedPercent >= outlook.rule.thresholdPercent;
  const room = vg === null ? '' : `, and VG ${vg.name} has ${formatSize(vg.freeBytes)}`;
  const text = `LVM ${isDue ? 'was' : 'is'} to extend it and can't: one step takes ${formatSize(stepBytes)}${room}`;
  return [
    {
      code: 'DM108',
      state: isDue ? 'WARNING' : 'INFO',
      text,
      remedy: `dmtool resize --pool ${name} --device /dev/NEW`,
      facts: { stepBytes, freeBytes: vg?.freeBytes ?? null },
    },
  ];
}

function offTheMark({ name, waterMark }: PoolReport): PoolFinding[] {
  if (waterMark === null || waterMark.fits) return [];
  const { blocks, wantedBlocks } = waterMark;
  const text =
    blocks === 0n
      ? 'its low water mark is not set: dmeventd only looks now and then, and a burst overtakes it'
      : `its low water mark is ${blocks} blocks, and its profile makes it ${wantedBlocks}: the profile was changed since`;
  return [warning('DM120', text, `lvchange --refresh ${name}`, { blocks, wantedBlocks })];
}
