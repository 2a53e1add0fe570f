import type { Host } from '../model/host.ts';
import type { ThinPoolTable } from '../model/thin-pool.ts';
import { createDevice, formatThinPoolTable, removeDevice } from '../tools/dmsetup.ts';
import { losetupDetach } from '../tools/losetup.ts';
import { thinCheckClearing } from '../tools/thin-repair.ts';
import type { Bytes } from '../units/quantity.ts';
import { attachStep, type PartName } from './activate-raw.ts';
import { all, any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { writeRecord } from './raw-pool-record.ts';
import { forgetKept, keepSteps, noneFoundIll, staysDown } from './repair-keep.ts';
import { renewalOf, renewSteps } from './repair-renewal.ts';
import type { RepairSite } from './repair-site.ts';
import type { SickRawPool } from './repair-subject.ts';
import type { Step } from './step.ts';

/** Steps that take a pool apart that LVM did not make, keep and mend its metadata, and make it again. */
export function mendRawPool(host: Host, site: RepairSite, pool: SickRawPool): Step[] {
  const { directory } = site.before;
  const { record, parts } = pool;
  const [metadataLoop, ...freeLoops] = freeLoopsOf(site) as [string, ...string[]];
  const attaching: Step[] = [];
  const deviceOf = (part: PartName): string => {
    const { device } = parts[part];
    if (device !== null) return device;
    const loop = freeLoops.shift() as string;
    attaching.push({ ...attachStep(record, part, loop), expect: [] });
    return loop;
  };
  const devices = { dataDevice: deviceOf('data'), metadataDevice: deviceOf('metadata') };
  // Metadata that are not there have been refused.
  const metadataBytes = parts.metadata.sizeBytes as Bytes;
  const renewal = renewalOf(site, pool, metadataBytes, metadataLoop);
  const device = devices.metadataDevice;
  return [
    noteStep(host, pool),
    ...(pool.kernel?.table ? [removeStep(pool, pool.kernel.table, directory)] : []),
    ...attaching,
    ...keepSteps(device, metadataBytes, directory, !pool.kernel?.table),
    clearStep(device, pool.kernelName, renewal.unneeded),
    ...renewSteps(host, { device, record }, directory, renewal),
    createStep(pool, devices, renewal.unneeded, 'create-pool'),
    createStep(pool, { ...devices, metadataDevice: renewal.device }, not(renewal.unneeded), 'create-pool-anew'),
    ...(record.metadata.loop === null ? [] : [detachStep(device, record.metadata.path, renewal.unneeded)]),
  ];
}

/** How it is made. While the kernel does not have it, that is the only word about it. */
function noteStep(host: Host, { record, kernelName: poolName }: SickRawPool): Step {
  const { undo, ...rest } = writeRecord(host, record);
  const present: Condition = { is: 'pool-present', poolName };
  return { ...rest, undo: undo.map((each) => ({ ...each, when: all(each.when, present) })), expect: [] };
}

/** As many as there are files: those that are there, and a new one. */
const freeLoopsOf = ({ facts: { loops } }: RepairSite): string[] =>
  Array.from({ length: loops.length + 3 }, (_, index) => `/dev/loop${index}`).filter((path) =>
    loops.every(({ device }) => device !== path),
  );

function removeStep({ name, kernelName }: SickRawPool, table: ThinPoolTable, directory: string): Step {
  const gone = not({ is: 'pool-present', poolName: kernelName });
  return step({
    id: 'remove-pool',
    title: `Remove thin pool ${name} from the kernel`,
    do: exec(removeDevice(kernelName)),
    undo: [
      {
        when: gone,
        // The kernel looks at hardly more than the first block, and makes a new, empty pool where that is blank.
        needs: all(noneFoundIll(directory), { is: 'recorded-metadata-begin', poolName: name }),
        instead: staysDown(name, directory),
        do: exec(createDevice(kernelName, formatThinPoolTable(table))),
      },
      forgetKept(directory, kernelName),
    ],
    done: gone,
    expect: [],
  });
}

/** Where nothing else is wrong the flag is all that there was. */
const clearStep = (device: string, poolName: string, isAll: Condition): Step =>
  step({
    id: 'clear-flag',
    title: 'Clear the flag needs_check, where all is well',
    do: exec(thinCheckClearing(device)),
    done: any(not(isAll), { is: 'pool-present', poolName }),
    expect: [],
    final: 'done',
    onlyIfNeeded: true,
  });

function createStep(
  { name, kernelName, record: { table } }: SickRawPool,
  devices: Pick<ThinPoolTable, 'dataDevice' | 'metadataDevice'>,
  when: Condition,
  id: string,
): Step {
  const runs: Condition = { is: 'kernel-pool-holds', poolName: kernelName, dataBlocks: 0n, metadataBlocks: 0n };
  return step({
    id,
    title: `Make thin pool ${name} again, with its metadata on ${devices.metadataDevice}`,
    do: exec(createDevice(kernelName, formatThinPoolTable({ ...table, ...devices }))),
    done: any(not(when), { is: 'pool-present', poolName: kernelName }),
    expect: [runs, { is: 'pool-writable', poolName: kernelName }],
    final: 'done',
    onlyIfNeeded: true,
  });
}

const detachStep = (device: string, file: string, unneeded: Condition): Step =>
  step({
    id: 'detach-metadata',
    title: `Detach the old metadata from ${device}; the file stays`,
    do: exec(losetupDetach(device)),
    done: any(unneeded, not({ is: 'loop-attached', device, file })),
    final: 'done',
    onlyIfNeeded: true,
  });
