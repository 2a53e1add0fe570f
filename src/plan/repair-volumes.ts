import type { RepairOwnership } from '../model/repair.ts';
import { lvchangeDeactivate } from '../tools/lvm-commands.ts';
import { lvchangeActivateVolume } from '../tools/lvm-repair.ts';
import { any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { isBack } from './repair-keep.ts';
import type { SickLvmPool } from './repair-subject.ts';
import type { Step } from './step.ts';

/** One of the LVs in the VG of a pool. */
export const volumeActive = ({ vg }: SickLvmPool, lv: string): Condition => ({ is: 'volume-active', vg: vg.name, lv });

/** Takes a thin volume off its pool. */
export function hideVolume(pool: SickLvmPool, name: string, directory: string): Step {
  const gone = not(volumeActive(pool, name));
  return step({
    id: `deactivate:${name}`,
    title: `Deactivate thin volume ${pool.vg.name}/${name}`,
    do: exec(lvchangeDeactivate(pool.vg.name, name)),
    undo: [
      {
        when: gone,
        // LVM activates its pool with it.
        needs: isBack(directory, pool.kernelName),
        do: exec(lvchangeActivateVolume(pool.vg.name, name)),
      },
    ],
    done: gone,
    expect: [],
  });
}

/** LVM's thin volumes that were active are so again, but for those that are gone. */
export const showVolumes = (pool: SickLvmPool, { directory, volumes }: RepairOwnership): Step[] =>
  volumes.map((name) =>
    step({
      id: `activate:${name}`,
      title: `Activate thin volume ${pool.vg.name}/${name}`,
      do: exec(lvchangeActivateVolume(pool.vg.name, name)),
      done: any(volumeActive(pool, name), not({ is: 'volume-present', vg: pool.vg.name, lv: name }), {
        is: 'device-lost',
        directory,
        name: `${pool.vg.name}/${name}`,
      }),
      final: 'done',
      isApart: true,
    }),
  );
