import type { Host } from '../model/host.ts';
import type { ActivationFacts, RawPartFacts, RawPoolRecord } from '../model/raw-pool.ts';
import { createDevice, formatThinPoolTable } from '../tools/dmsetup.ts';
import { losetupAttach, losetupDetach } from '../tools/losetup.ts';
import { RAW_POOLS_PATH } from '../tools/raw-pools.ts';
import { type Bytes, bytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import type { Condition } from './condition.ts';
import { exec, step } from './make-step.ts';
import type { Refusal } from './refusal.ts';
import type { Step } from './step.ts';

/** One half of a pool. */
export type PartName = 'data' | 'metadata';

/** What a table stands on. */
export type PoolDevices = Pick<RawPoolRecord['table'], 'dataDevice' | 'metadataDevice'>;

/** Steps that make a recorded pool again: its files attached once, then its table. */
export function makeRawPool(host: Host, record: RawPoolRecord, freeLoops: string[]): Step[] | Refusal[] {
  const { name, table } = record;
  const facts = host.activation?.parts.find((part) => part.name === name) as ActivationFacts['parts'][number];
  const refusals = refuseParts(record, facts);
  if (refusals.length > 0) return refusals;
  const steps: Step[] = [];
  const deviceOf = (part: PartName): string => {
    const { device } = facts[part];
    if (device !== null) return device;
    const loop = freeLoops.shift() as string;
    steps.push(attachStep(record, part, loop));
    return loop;
  };
  const devices = { dataDevice: deviceOf('data'), metadataDevice: deviceOf('metadata') };
  steps.push({
    ...createStep(record, devices),
    title: `Make thin pool ${name} again: ${formatSize(sectorsToBytes(table.lengthSectors))}`,
    final: 'done',
  });
  return steps;
}

/** Gives the kernel the table of a pool that it does not run. */
export function createStep({ name, table }: RawPoolRecord, devices: PoolDevices): Step {
  return step({
    id: `create:${name}`,
    title: `Make thin pool ${name}: ${formatSize(sectorsToBytes(table.lengthSectors))}`,
    do: exec(createDevice(name, formatThinPoolTable({ ...table, ...devices }))),
    done: {
      is: 'kernel-pool-holds',
      poolName: name,
      dataBlocks: table.lengthSectors / table.dataBlockSizeSectors,
      metadataBlocks: 0n,
    },
  });
}

/** What a recorded pool lacks to be made again. */
export function refuseParts(record: RawPoolRecord, facts: Record<PartName, RawPartFacts>): Refusal[] {
  const needed = { data: sectorsToBytes(record.table.lengthSectors), metadata: bytes(1n) };
  return (['data', 'metadata'] as const).flatMap((part) => refusePart(record, part, facts[part], needed[part]));
}

/** The kernel makes a new, empty pool over the data where the metadata are blank: they have to be a pool's. */
function refusePart(
  { name, data, metadata }: RawPoolRecord,
  part: PartName,
  { sizeBytes, beginsAsMetadata }: RawPartFacts,
  neededBytes: Bytes,
): Refusal[] {
  const { path, loop } = part === 'data' ? data : metadata;
  const forget = `or, if ${name} is gone for good, take it out of ${RAW_POOLS_PATH}`;
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: path, reason, remedy },
  ];
  if (sizeBytes === null) {
    const what = loop === null ? 'no such block device' : 'no such file';
    const code = loop === null ? 'device-absent' : 'file-gone';
    return refuse(code, `there is ${what}, and the ${part} of thin pool ${name} lie there`, `bring it back; ${forget}`);
  }
  if (sizeBytes < neededBytes) {
    const reason = `it has ${formatSize(sizeBytes)}, and thin pool ${name} needs ${formatSize(neededBytes)}`;
    return refuse('no-room', reason, `find out who cut it; ${forget}`);
  }
  if (part === 'metadata' && !beginsAsMetadata) {
    const reason = `it does not begin as a thin pool's metadata do: the kernel would make an empty pool over the data of ${name}`;
    return refuse('metadata-foreign', reason, `bring the metadata back; ${forget}`);
  }
  return [];
}

/** Attaches the file of one half to a loop device. */
export function attachStep(record: RawPoolRecord, part: PartName, device: string): Step {
  const { path, loop } = record[part];
  const { offsetBytes, sizeLimitBytes } = loop as NonNullable<typeof loop>;
  const attached: Condition = { is: 'part-attached', poolName: record.name, part, device };
  return step({
    id: `attach:${part}:${record.name}`,
    title: `Attach ${path} to ${device}`,
    do: exec(losetupAttach(device, path, offsetBytes, sizeLimitBytes)),
    undo: [{ when: attached, do: exec(losetupDetach(device)) }],
    done: attached,
  });
}
