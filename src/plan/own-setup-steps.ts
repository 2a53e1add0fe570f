import { OWN_POOL, OWN_VG } from '../engines/docker/own-setup.ts';
import { OWN_SETUP_POOL } from '../engines/docker/pool-of.ts';
import type { Host } from '../model/host.ts';
import { OWNER_TAG } from '../model/lvm.ts';
import { removeTree } from '../tools/file-commands.ts';
import { lvchangeMarks } from '../tools/lvm-care.ts';
import {
  lvchangeActivate,
  lvchangeMonitor,
  lvchangeRefresh,
  pvremove,
  vgchangeTag,
  vgremoveWhole,
} from '../tools/lvm-commands.ts';
import { zeroMebibyte } from '../tools/wipefs.ts';
import { holds, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Step, Undo } from './step.ts';

const NAME = `${OWN_VG}/${OWN_POOL}`;
const OF = { vg: OWN_VG, pool: OWN_POOL } as const;

interface Removal extends Undo {
  id: string;
  title: string;
}

/** Takes away what Docker made of a device, or had begun to make, in order; the device is blank in the end, as it was. */
const removals = (device: string, profilePath: string): Removal[] => [
  {
    id: 'vgremove',
    title: `Remove VG ${OWN_VG} with what Docker made in it`,
    when: { is: 'dockers-volume-group', device },
    do: exec(vgremoveWhole(OWN_VG)),
  },
  {
    id: `pvremove:${device}`,
    title: `Take the LVM label off ${device}`,
    when: { is: 'free-physical-volume', device },
    do: exec(pvremove(device)),
  },
  {
    id: `zero:${device}`,
    title: `Zero the first MiB of ${device}`,
    when: { is: 'stale-lvm-metadata', device },
    do: exec(zeroMebibyte(device, 0n)),
  },
  {
    id: 'profile',
    title: `Remove ${profilePath}`,
    when: { is: 'dockers-profile', path: profilePath },
    do: { kind: 'remove-file', path: profilePath },
  },
];

/** The same as the undo of the step in which Docker makes it. */
export const ownSetupUndo = (device: string, profilePath: string): Undo[] =>
  removals(device, profilePath).map(({ id, title, ...undo }) => undo);

/** Whether anything of it is there. */
export const hasOwnSetup = (host: Host, device: string, profilePath: string): boolean =>
  removals(device, profilePath).some(({ when }) => holds(when, host));

/** The same as steps, for what a run left that was cut off: all that is there, and what Docker may still come to make. */
export function ownSetupRemoval(host: Host, device: string, profilePath: string): Step[] {
  const isLabelled = removals(device, profilePath)
    .filter(({ id }) => id === 'vgremove' || id.startsWith('pvremove:'))
    .some(({ when }) => holds(when, host));
  return removals(device, profilePath).flatMap(({ id, title, when, do: action }) => {
    if (!id.startsWith('zero:')) return [step({ id, title, do: action, done: not(when), onlyIfNeeded: true })];
    // Only a look at the whole host shows what lies on a device: whether there will be something to zero is known before.
    const done = { is: 'device-blank', device } as const;
    return isLabelled || holds(when, host) ? [step({ id, title, do: action, done })] : [];
  });
}

/** Steps that make room for Docker to begin anew, where it was cut off in the middle: it goes on with nothing of its own. */
export const restartSteps = (host: Host, device: string, profilePath: string, root: string): Step[] =>
  [
    step({
      id: 'release-pool',
      title: `Remove the devices that Docker left on ${OWN_SETUP_POOL}`,
      do: { kind: 'release-pool', poolName: OWN_SETUP_POOL },
      done: { is: 'pool-released', poolName: OWN_SETUP_POOL },
      onlyIfNeeded: true,
    }),
    ...ownSetupRemoval(host, device, profilePath),
    step({
      id: 'driver-data',
      title: `Remove what Docker had begun in ${root}`,
      do: exec(removeTree(`${root}/devicemapper`, `${root}/image/devicemapper`)),
      done: not({ is: 'driver-data', driver: 'devicemapper' }),
      onlyIfNeeded: true,
    }),
    // Docker makes it all again: in the end nothing of this is to be seen.
  ].map((each) => ({ ...each, expect: [] }));

/** Brings back a pool that Docker made and nobody activated: Docker does not. */
export const wakeStep: Step = step({
  id: 'activate',
  title: `Activate ${NAME}, watched by dmeventd`,
  do: exec(lvchangeActivate(OWN_VG, OWN_POOL)),
  undo: [],
  done: { is: 'pool-active', ...OF },
});

/**
 * What Docker leaves undone: dmtool's mark, by which every other command knows the pool, dmeventd, and the low water mark.
 * @param profile the one that is attached in the end
 */
export const afterSteps = (profile: string | null, thresholdPercent: number): Step[] => [
  step({
    id: 'mark-vg',
    title: `Mark VG ${OWN_VG} as dmtool's`,
    do: exec(vgchangeTag(OWN_VG)),
    done: { is: 'our-volume-group', vg: OWN_VG },
  }),
  step({
    id: 'mark-pool',
    title: `Mark ${NAME} as dmtool's`,
    do: exec(lvchangeMarks(OWN_VG, OWN_POOL, { addTags: [OWNER_TAG] })),
    done: { is: 'pool-marks', ...OF, profile, tags: [OWNER_TAG] },
  }),
  step({
    id: 'monitor',
    title: `Have dmeventd watch ${NAME}`,
    do: exec(lvchangeMonitor(OWN_VG, OWN_POOL)),
    done: { is: 'monitored', ...OF },
    onlyIfNeeded: true,
  }),
  // With a threshold of 100 nothing is ever extended, and LVM sets no mark.
  ...(thresholdPercent >= 100
    ? []
    : [
        step({
          id: 'refresh',
          title: 'Set the low water mark in the kernel',
          do: exec(lvchangeRefresh(OWN_VG, OWN_POOL)),
          done: { is: 'low-water-mark', ...OF },
          onlyIfNeeded: true,
        }),
      ]),
];
