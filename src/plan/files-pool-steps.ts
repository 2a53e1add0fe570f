import type { Host } from '../model/host.ts';
import type { LoopIntent } from '../model/intent.ts';
import type { FilesOwnership } from '../model/ownership.ts';
import type { ActivationFacts, RawPartFacts, RawPoolRecord } from '../model/raw-pool.ts';
import { removeDevice } from '../tools/dmsetup.ts';
import { removeTree } from '../tools/file-commands.ts';
import { losetupDetach, truncate } from '../tools/losetup.ts';
import { FILES_DIRECTORY } from '../tools/raw-pools.ts';
import { type Bytes, bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { attachStep, createStep } from './activate-raw.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { forgetStep, writeRecord } from './raw-pool-record.ts';
import type { Action, Step } from './step.ts';

const PARTS = ['data', 'metadata'] as const;

type PartName = (typeof PARTS)[number];

/** What was found of each part: it is asked about wherever a pool on files is meant. */
export const partsOf = ({ activation }: Host, name: string): Record<PartName, RawPartFacts> =>
  activation?.parts.find((each) => each.name === name) as Record<PartName, RawPartFacts>;

/** Loop devices that nobody uses. */
export const freeLoopsOf = ({ activation }: Host): string[] => [...(activation as ActivationFacts).freeLoops];

const isThere = (poolName: string, part: PartName, sizeBytes = bytes(0n)): Condition => ({
  is: 'part-holds',
  poolName,
  part,
  sizeBytes,
});

const runs = (poolName: string): Condition => ({
  is: 'kernel-pool-holds',
  poolName,
  dataBlocks: 0n,
  metadataBlocks: 0n,
});

/** Steps that make a pool on two sparse files, as far as an earlier run has not; and write down how it is made. */
export function filesPoolSteps(host: Host, pool: RawPoolRecord, sizes: LoopIntent): Step[] {
  const loops = partDevices(host, pool.name);
  const [dataDevice, metadataDevice] = loops as [string, string];
  const create = createStep(pool, { dataDevice, metadataDevice });
  const steps = [
    ...fileSteps(pool, 'data', sizes.dataSizeBytes),
    ...fileSteps(pool, 'metadata', sizes.metadataSizeBytes),
    ...PARTS.map((part, index) => attachStep(pool, part, loops[index] as string)),
    { ...create, undo: [{ when: runs(pool.name), do: exec(removeDevice(pool.name)) }] },
    writeRecord(host, pool),
  ];
  return steps.filter(({ done }) => !holds(done, host));
}

/** Only root may read what containers write. A sparse file takes room as it is written. */
function fileSteps(pool: RawPoolRecord, part: PartName, sizeBytes: Bytes): Step[] {
  const { path } = pool[part];
  const there = isThere(pool.name, part);
  return [
    step({
      id: `file:${part}`,
      title: `Make ${path}`,
      do: { kind: 'write-file', path, content: '', mode: 0o600 },
      undo: [{ when: there, do: removal(path) }],
      done: there,
    }),
    step({
      id: `size:${part}`,
      title: `Give it ${formatSize(sizeBytes)}, all of it a hole`,
      do: exec(truncate(path, sizeBytes)),
      done: isThere(pool.name, part, sizeBytes),
    }),
  ];
}

/** Their directory goes with the last of them. */
const removal = (path: string): Action => ({ kind: 'remove-file', path, prunes: true });

/** Steps that remove the pool, its loop devices, its files with what repairs have made of them, and what tells of it. */
export function filesTeardownSteps(host: Host, { poolName, ...files }: FilesOwnership): Step[] {
  const found = partsOf(host, poolName);
  const detach = PARTS.flatMap((part) => {
    const { device } = found[part];
    return device === null
      ? []
      : [
          step({
            id: `detach:${part}`,
            title: `Detach ${files[part]} from ${device}`,
            do: exec(losetupDetach(device)),
            done: not({ is: 'part-attached', poolName, part, device }),
          }),
        ];
  });
  const steps = [
    step({
      id: 'remove-pool',
      title: `Remove thin pool ${poolName}`,
      do: exec(removeDevice(poolName)),
      destroys: `thin pool ${poolName} and all that is in it`,
      done: not(runs(poolName)),
    }),
    ...detach,
    step({
      id: 'remove-files',
      title: `Remove ${FILES_DIRECTORY}`,
      do: exec(removeTree(FILES_DIRECTORY)),
      done: all(...PARTS.map((part) => not(isThere(poolName, part)))),
    }),
    ...(host.rawPools.some(({ name }) => name === poolName) ? [forgetStep(host, poolName)] : []),
  ];
  return steps.map((each) => ({ ...each, final: 'begun' }));
}

/** The same by hand. */
export const filesWayBack = (host: Host, pool: RawPoolRecord): Action[] => [
  exec(removeDevice(pool.name)),
  ...partDevices(host, pool.name).map((device) => exec(losetupDetach(device))),
  exec(removeTree(FILES_DIRECTORY)),
  forgetStep(host, pool.name).do,
];

/** The loop devices of both parts, or those that they will get. */
function partDevices(host: Host, name: string): string[] {
  const found = partsOf(host, name);
  const free = freeLoopsOf(host);
  return PARTS.map((part) => found[part].device ?? (free.shift() as string));
}
