import { CONTAINERD_SERVICE } from '../model/containerd.ts';
import { fileContent, type Host } from '../model/host.ts';
import { KERNEL_MAX_METADATA_BYTES } from '../model/pool-metadata.ts';
import { FILES_POOL, type RawPart, type RawPoolRecord } from '../model/raw-pool.ts';
import type { ThinPoolTable } from '../model/thin-pool.ts';
import { filesBootUnit, systemctlReload } from '../tools/boot-unit.ts';
import { createDevice, formatThinPoolTable, removeDevice } from '../tools/dmsetup.ts';
import { losetupAttach, losetupDetach } from '../tools/losetup.ts';
import { thinCheckClearing } from '../tools/thin-repair.ts';
import { type Bytes, bytes, sectorsToBytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { attachStep, type PartName } from './activate-raw.ts';
import { all, any, type Condition, not } from './condition.ts';
import { exec, step } from './make-step.ts';
import { replaceRecord, writeRecord } from './raw-pool-record.ts';
import { wantedMetadata } from './repair-growth.ts';
import { forgetKept, keepSteps, noneFoundIll, staysDown } from './repair-keep.ts';
import type { RepairSite } from './repair-site.ts';
import type { SickRawPool } from './repair-subject.ts';
import type { Action, Step } from './step.ts';

/** New metadata of a pool that stands on a disk: a disk has no other place beside it. */
const METADATA_DIRECTORY = '/var/lib/dmtool/metadata';

const METADATA_BLOCK = 4096n;

/** How new metadata are made, where those that are there will not do. */
interface Renewal {
  path: string;
  sizeBytes: Bytes;
  /** The loop device that the file is attached to. */
  device: string;
  record: RawPoolRecord;
  /** Those that are there will do. */
  unneeded: Condition;
}

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
    ...keepSteps(device, metadataBytes, directory),
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

function renewalOf(
  { before: { directory } }: RepairSite,
  { name, record }: SickRawPool,
  now: Bytes,
  device: string,
): Renewal {
  const number = directory.slice(directory.lastIndexOf('-') + 1);
  const { path: old, loop } = record.metadata;
  const path =
    loop === null
      ? `${METADATA_DIRECTORY}/${name}-${number}`
      : `${old.replace(/\.repaired-\d+$/, '')}.repaired-${number}`;
  const { lengthSectors, dataBlockSizeSectors } = record.table;
  const wanted = wantedMetadata(now, sectorsToBytes(lengthSectors), sectorsToBytes(dataBlockSizeSectors));
  const whole = wanted - (wanted % METADATA_BLOCK);
  const metadata: RawPart = { path, loop: { offsetBytes: bytes(0n), sizeLimitBytes: bytes(0n) } };
  return {
    path,
    sizeBytes: bytes(whole < KERNEL_MAX_METADATA_BYTES ? whole : KERNEL_MAX_METADATA_BYTES),
    device,
    record: { ...record, metadata },
    unneeded: all({ is: 'metadata-sound', directory }, { is: 'metadata-roomy', directory }),
  };
}

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

function renewSteps(
  host: Host,
  { device, record: former }: { device: string; record: RawPoolRecord },
  directory: string,
  renewal: Renewal,
): Step[] {
  const { path, sizeBytes, record, unneeded } = renewal;
  const mended: Condition = { is: 'metadata-mended', directory, path };
  const attached: Condition = { is: 'mended-attached', directory, path, device: renewal.device };
  const write = replaceRecord(host, record, former);
  const needed = { onlyIfNeeded: true, expect: [] } as const;
  return [
    step({
      id: 'mend-metadata',
      title: `Write what can be read of its metadata to ${path}, ${formatSize(sizeBytes)}; the old ones stay where they are`,
      do: { kind: 'mend-metadata', device, path, sizeBytes, directory },
      undo: [{ when: mended, do: { kind: 'remove-file', path } }],
      done: any(unneeded, mended),
      ...needed,
    }),
    step({
      id: 'attach-metadata',
      title: `Attach ${path} to ${renewal.device}`,
      do: exec(losetupAttach(renewal.device, path, bytes(0n), bytes(0n))),
      undo: [{ when: attached, do: exec(losetupDetach(renewal.device)) }],
      done: any(unneeded, attached),
      ...needed,
    }),
    { ...write, id: 'record-metadata', done: any(unneeded, write.done), ...needed },
    ...bootSteps(host, record, unneeded).map((each) => ({ ...each, ...needed })),
    step({
      id: 'check-mended',
      title: 'Look through the new metadata with thin_check',
      do: { kind: 'check-mended', device: renewal.device, file: path, directory, around: null },
      done: any(unneeded, all(attached, { is: 'mended-sound', directory })),
      ...needed,
    }),
  ];
}

/** The unit that makes the pool at boot knows its metadata by their path. */
function bootSteps(host: Host, record: RawPoolRecord, unneeded: Condition): Step[] {
  const { unit } = filesBootUnit(record, [CONTAINERD_SERVICE]);
  const before = fileContent(host, unit.path);
  if (record.name !== FILES_POOL || before === null) return [];
  const written: Condition = { is: 'file-is', ...unit };
  const write = (content: string): Action => ({ kind: 'write-file', path: unit.path, content, mode: 0o644 });
  return [
    step({
      id: 'boot-unit',
      title: `Write ${unit.path} anew, for these metadata`,
      do: write(unit.content),
      undo: [
        { when: written, do: write(before) },
        { when: not(written), do: exec(systemctlReload()) },
      ],
      done: any(unneeded, written),
    }),
    step({ id: 'boot-reload', title: 'Have systemd read it', do: exec(systemctlReload()), done: unneeded }),
  ];
}

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
