import type { RepairedThin, RepairOwnership } from '../model/repair.ts';
import type { Argv } from '../tools/argv.ts';
import { createDevice } from '../tools/dmsetup.ts';
import { any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { isBack } from './repair-keep.ts';
import type { RepairSite } from './repair-site.ts';
import type { Step } from './step.ts';

const isThere = ({ name }: RepairedThin): Condition => ({ is: 'thin-present', name });

/** What makes one again. */
export const makeDevice = (poolName: string, { name, id, lengthSectors, ...marks }: RepairedThin): Argv =>
  createDevice(name, `0 ${lengthSectors} thin /dev/mapper/${poolName} ${id}`, marks);

/** An engine's devices stay when it stops, and hold the pool; so do those that somebody made by hand. */
export function releaseSteps({ pool: { name, kernelName }, engines, thins, before }: RepairSite): Step[] {
  const hasOwn = thins.some(({ poolName }) => poolName === kernelName);
  if (!hasOwn && engines.docker === null && engines.containerd === null) return [];
  return [
    step({
      id: 'release-pool',
      title: `Remove the thin devices that are active on ${name}; what is in them stays`,
      do: { kind: 'release-pool', poolName: kernelName },
      undo: before.devices.map((device) => ({
        when: not(isThere(device)),
        needs: isBack(before.directory, kernelName),
        do: exec(makeDevice(kernelName, device)),
      })),
      done: { is: 'pool-released', poolName: kernelName },
      expect: [],
      onlyIfNeeded: true,
    }),
  ];
}

/** Thin devices that somebody had made by hand are there again, but for those that are gone. */
export const showDevices = (poolName: string, { directory, devices }: RepairOwnership): Step[] =>
  devices.map((device) =>
    step({
      id: `activate:${device.name}`,
      title: `Activate thin device ${device.name}`,
      do: exec(makeDevice(poolName, device)),
      done: any(isThere(device), { is: 'device-lost', directory, name: device.name }),
      final: 'done',
      isApart: true,
    }),
  );
