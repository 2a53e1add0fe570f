import type { Host } from '../model/host.ts';
import type { ResizeIntent } from '../model/intent.ts';
import type { OwnedDevice } from '../model/ownership.ts';
import { usableMetadataBlocks } from '../model/pool-metadata.ts';
import * as lvm from '../tools/lvm-commands.ts';
import { type Extents, extentsToBytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { all, type Condition } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { CarePlan } from './resize-care.ts';
import { dockerExpectation } from './resize-growth.ts';
import type { LvmTarget } from './resize-lvm.ts';
import { begunDevice, newDevices } from './resize-new-devices.ts';
import type { LvmPool } from './resize-subject.ts';
import { pvcreateStep } from './setup-device-steps.ts';
import type { Action, Step } from './step.ts';

/** The devices that a run gives to the VG, with the UUIDs that their PVs have or will have. */
export const addedDevices = (host: Host, { newPvUuids }: ResizeIntent, { name, vg }: LvmPool): OwnedDevice[] =>
  newDevices(host, vg).map(({ device }, index) => {
    const pv = host.physicalVolumes.find(({ path }) => path === device.path);
    const pvUuid = pv?.uuid ?? begunDevice(host, name, device)?.pvUuid ?? (newPvUuids[index] as string);
    return { path: device.path, sizeBytes: device.sizeBytes, pvUuid };
  });

/** Steps of the documents' "Increase capacity on a running device", direct-lvm, and the care that they forget. */
export function lvmSteps(host: Host, intent: ResizeIntent, pool: LvmPool, target: LvmTarget, care: CarePlan): Step[] {
  return [
    ...profileSteps(care),
    ...deviceSteps(host, intent, pool),
    partStep(host, pool, 'metadata', target.metadataExtents),
    partStep(host, pool, 'data', target.dataExtents),
    ...(care.watched ? [refreshStep(pool)] : []),
  ];
}

function deviceSteps(host: Host, intent: ResizeIntent, pool: LvmPool): Step[] {
  const vg = pool.vg.name;
  const devices = addedDevices(host, intent, pool);
  if (devices.length === 0) return [];
  const blocks = newDevices(host, pool.vg).map(({ device }) => device);
  const paths = devices.map(({ path }) => path);
  const has = (device: string): Condition => ({ is: 'vg-has-device', vg, device });
  return [
    ...blocks.map((device, index) => pvcreateStep(device, devices[index]?.pvUuid as string, vg)),
    step({
      id: 'vgextend',
      title: `Give ${paths.join(' and ')} to VG ${vg}`,
      do: exec(lvm.vgextend(vg, paths)),
      undo: paths.map((path) => ({ when: has(path), do: exec(lvm.vgreduce(vg, path)) })),
      done: all(...paths.map(has)),
    }),
  ];
}

/** LVM writes a new size at once or not at all, and no pool can shrink. */
function partStep(host: Host, pool: LvmPool, part: 'data' | 'metadata', extentCount: Extents): Step {
  const { name, vg, lv, table, kernelName: poolName } = pool;
  const sizeBytes = extentsToBytes(extentCount, vg.extentSizeBytes);
  const isData = part === 'data';
  const dataBlocks = isData ? sizeBytes / sectorsToBytes(table.dataBlockSizeSectors) : 0n;
  const metadataBlocks = isData ? 0n : usableMetadataBlocks(sizeBytes);
  return step({
    id: `lvextend:${part}`,
    title: `Extend the ${part} of ${name} to ${formatSize(sizeBytes)}`,
    do: exec(
      isData ? lvm.lvextendData(vg.name, lv.name, extentCount) : lvm.lvextendMetadata(vg.name, lv.name, sizeBytes),
    ),
    done: { is: 'pool-part-holds', vg: vg.name, pool: lv.name, part, extentCount },
    expect: [
      { is: 'pool-part-holds', vg: vg.name, pool: lv.name, part, extentCount },
      // A pool that needs a check takes the table, and not the size: only its status tells.
      { is: 'kernel-pool-holds', poolName, dataBlocks, metadataBlocks },
      ...(isData ? dockerExpectation(host, { kernelName: poolName, table }, dataBlocks, null) : []),
    ],
    final: 'done',
  });
}

/** First of all: once the VG has grown, a run that was cut off could not tell a fitted step from one that somebody set. */
const profileSteps = ({ profile }: CarePlan): Step[] =>
  profile === null
    ? []
    : [
        step({
          id: 'profile',
          title: `Fit the step of auto-extension to what will be free, in ${profile.path}`,
          do: writeProfile(profile.path, profile.content),
          undo: [
            {
              when: { is: 'file-is', path: profile.path, content: profile.content },
              do: writeProfile(profile.path, profile.before),
            },
          ],
          done: { is: 'file-is', path: profile.path, content: profile.content },
        }),
      ];

const writeProfile = (path: string, content: string): Action => ({ kind: 'write-file', path, content, mode: 0o644 });

/** lvextend sets the mark anew, where a profile says so: this is seen, not believed. */
const refreshStep = ({ name, vg, lv }: LvmPool): Step =>
  step({
    id: 'refresh',
    title: `Set the low water mark of ${name} in the kernel`,
    do: exec(lvm.lvchangeRefresh(vg.name, lv.name)),
    done: { is: 'low-water-mark', vg: vg.name, pool: lv.name },
    onlyIfNeeded: true,
    final: 'begun',
  });
