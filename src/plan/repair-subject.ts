import type { Host } from '../model/host.ts';
import type { LogicalVolume, VolumeGroup } from '../model/lvm.ts';
import type { RawPartFacts, RawPoolRecord } from '../model/raw-pool.ts';
import { isShortOfMetadata } from '../model/repair.ts';
import type { KernelThinPool, ThinPoolStatus } from '../model/thin-pool.ts';
import { bytes } from '../units/quantity.ts';
import type { PartName } from './activate-raw.ts';
import { type Candidate, candidates, isActive, isCalled } from './activate-subject.ts';
import { rawRecordOf } from './raw-pool-record.ts';
import type { Refusal } from './refusal.ts';
import { capacityOf } from './resize-device.ts';

/** A pool that is to be repaired. */
interface Sick {
  name: string;
  /** By device-mapper; of LVM's pools without `-tpool`. */
  kernelName: string;
  /** undefined: it is not active. */
  kernel: KernelThinPool | undefined;
}

/** One of LVM's. */
export interface SickLvmPool extends Sick {
  kind: 'lvm';
  vg: VolumeGroup;
  lv: LogicalVolume;
}

/** One that stands on devices, or on files, by a table that LVM did not make. */
export interface SickRawPool extends Sick {
  kind: 'raw';
  record: RawPoolRecord;
  parts: Readonly<Record<PartName, RawPartFacts>>;
}

export type SickPool = SickLvmPool | SickRawPool;

/** What the kernel says while a pool works; undefined: it does not. */
export const workingStatus = (kernel: KernelThinPool | undefined): ThinPoolStatus | undefined =>
  kernel?.status.state === 'working' ? kernel.status : undefined;

/** Its metadata have hardly any room left. */
export function isFull(kernel: KernelThinPool | undefined): boolean {
  const status = workingStatus(kernel);
  return status !== undefined && isShortOfMetadata(status.usedMetadataBlocks, status.totalMetadataBlocks);
}

/** Whether nothing about its metadata is to be repaired, as far as the kernel knows. */
export function isWell(kernel: KernelThinPool | undefined): boolean {
  const status = workingStatus(kernel);
  if (status === undefined || status.mode === 'ro' || status.needsCheck) return false;
  // One that was just activated is read-write until somebody writes.
  return status.usedMetadataBlocks < status.totalMetadataBlocks;
}

/** What a repair is called in the journal. */
export const repairName = (poolName: string): string => `repair of ${poolName}`;

/** The pool that is named; else the only one that is ill, or whose repair was cut off, or that is needed and does not run. */
export function repairSubject(host: Host, asked: string | null): SickPool | Refusal {
  const known = candidates(host);
  const found = asked === null ? likeliest(host, known) : known.filter((each) => isCalled(each, asked));
  const [idle] = found.filter((each) => !isActive(each));
  // Where another one runs, and is well, this one may have been put aside.
  if (asked === null && idle?.from && known.some(isActive) && !isMeant(host, idle)) return refuseIdle(idle);
  const [only, ...others] = found;
  const subject = asked ?? 'thin pool';
  if (only === undefined) {
    const reason = `neither LVM nor the kernel knows one${asked === null ? '' : ' of that name'}`;
    return { code: 'pool-absent', subject, reason, remedy: 'look at lvs --all and dmsetup table' };
  }
  if (others.length > 0) {
    const reason = `there is more than one: ${found.map(({ name }) => name).join(', ')}`;
    return { code: 'ambiguous', subject, reason, remedy: 'name one with --pool' };
  }
  return sickPool(host, only);
}

const isUnfinished = ({ ownership }: Host, { name }: Candidate): boolean =>
  ownership.some((record) => record.name === repairName(name));

/** One that does not run is not ill for that: somebody has to miss it. */
const isMeant = (host: Host, pool: Candidate): boolean => pool.isNeeded || isUnfinished(host, pool);

function likeliest(host: Host, known: readonly Candidate[]): readonly Candidate[] {
  const ways: ((each: Candidate) => boolean)[] = [
    (each) => isActive(each) && !isWell(each.kernel),
    (each) => isUnfinished(host, each),
    (each) => !isActive(each) && each.isNeeded,
    (each) => !isActive(each),
  ];
  return ways.map((is) => known.filter(is)).find(({ length }) => length > 0) ?? known;
}

const refuseIdle = ({ name }: Candidate): Refusal => ({
  code: 'pool-healthy',
  subject: name,
  reason: 'it does not run, and nothing on this host needs it; no pool that runs is ill',
  remedy: `if it is meant: dmtool repair --pool ${name}`,
});

function sickPool(host: Host, { name, kernelName, kernel, from }: Candidate): SickPool | Refusal {
  const sick = { name, kernelName, kernel: kernel?.table == null ? undefined : kernel };
  if (from !== null && 'lv' in from) return { kind: 'lvm', ...sick, ...from };
  if (sick.kernel) return runningRawPool(host, sick, sick.kernel);
  const parts = host.activation?.parts.find((part) => part.name === name);
  if (from === null || parts === undefined) {
    const reason = 'the kernel has it without a live table, and nobody knows how it is made';
    return { code: 'pool-inactive', subject: name, reason, remedy: `dmsetup info ${name} tells who has it` };
  }
  return { kind: 'raw', ...sick, record: from, parts };
}

function runningRawPool(host: Host, sick: Sick, { table }: KernelThinPool): SickRawPool | Refusal {
  const { name } = sick;
  const [data, metadata] = [table?.dataDevice, table?.metadataDevice].map((number) =>
    host.backingDevices.find((device) => device.number === number),
  );
  const record = table && data && metadata ? rawRecordOf(name, table, { data, metadata }) : null;
  if (record === null || !data || !metadata) {
    const reason = 'what it stands on was moved, replaced or deleted: it could not be made again';
    return {
      code: 'file-gone',
      subject: name,
      reason,
      remedy: 'find it (losetup --list, dmsetup deps), bring it back',
    };
  }
  const facts = (device: typeof data): RawPartFacts => ({
    sizeBytes: bytes(capacityOf(device)),
    device: device.path,
    beginsAsMetadata: true,
    // Nothing is written into it where it lies.
    freeBytes: bytes(0n),
  });
  return { kind: 'raw', ...sick, record, parts: { data: facts(data), metadata: facts(metadata) } };
}
