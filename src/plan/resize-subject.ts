import type { BackingDevice } from '../model/backing-device.ts';
import type { Host } from '../model/host.ts';
import { dmName, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';
import { isPoolCalled } from '../model/pool-names.ts';
import { type KernelThinPool, kernelPoolOf, type ThinPoolStatus, type ThinPoolTable } from '../model/thin-pool.ts';
import { refuseUnusableVg } from './host-refusals.ts';
import { hasFailed, refuseFailed, refuseSuspended } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';

/** A pool that the kernel runs, as LVM has it. */
export interface LvmPool {
  kind: 'lvm';
  name: string;
  vg: VolumeGroup;
  lv: LogicalVolume;
  kernelName: string;
  table: ThinPoolTable;
  status: ThinPoolStatus;
}

/** A pool that the kernel runs by a table that LVM did not make, and what it stands on. */
export interface RawPool {
  kind: 'raw';
  name: string;
  kernelName: string;
  table: ThinPoolTable;
  status: ThinPoolStatus;
  data: BackingDevice;
  metadata: BackingDevice;
}

/** One pool of the host, under all its names. */
interface Candidate {
  name: string;
  /** undefined: LVM's, and not active. */
  kernel: KernelThinPool | undefined;
  lvm: { vg: VolumeGroup; lv: LogicalVolume } | undefined;
}

function candidates(host: Host): Candidate[] {
  const ofLvm = host.volumeGroups.flatMap((vg) =>
    vg.logicalVolumes
      .filter(({ kind }) => kind === 'thin-pool')
      .map((lv) => ({
        name: `${vg.name}/${lv.name}`,
        kernel: kernelPoolOf(host.thinPools, vg.name, lv.name),
        lvm: { vg, lv },
      })),
  );
  const known = ofLvm.map(({ kernel }) => kernel);
  const raw = host.thinPools.filter((pool) => !known.includes(pool));
  return [...ofLvm, ...raw.map((kernel) => ({ name: kernel.name, kernel, lvm: undefined }))];
}

/** By one of its names. */
const isCalled = ({ name, lvm }: Candidate, asked: string): boolean =>
  isPoolCalled(lvm ? dmName(lvm.vg.name, lvm.lv.name) : name, asked);

/** The pool that is named, or the only one, whoever made it. */
export function resizeSubject(host: Host, asked: string | null): LvmPool | RawPool | Refusal {
  const all = candidates(host);
  const found = asked === null ? all : all.filter((each) => isCalled(each, asked));
  const [only, ...others] = found;
  if (!only) {
    const reason = asked === null ? 'there is no thin pool on this host' : 'there is no thin pool of that name';
    return { code: 'pool-absent', subject: asked ?? 'thin pool', reason, remedy: 'dmtool status lists them' };
  }
  if (others.length > 0) {
    const names = found.map(({ name }) => name).join(', ');
    const reason = `there is more than one: ${names}`;
    return { code: 'ambiguous', subject: asked ?? 'thin pool', reason, remedy: 'name one with --pool' };
  }
  return runningPool(host, only);
}

function runningPool(host: Host, { name, kernel, lvm }: Candidate): LvmPool | RawPool | Refusal {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal => ({
    code,
    subject: name,
    reason,
    remedy,
  });
  // A VG that is not whole, or not this host's, stands against an activation too.
  const [unusable] = lvm ? refuseUnusableVg(lvm.vg) : [];
  if (!kernel && unusable) return unusable;
  if (!kernel) return refuse('pool-inactive', 'it is not active', `dmtool activate --pool ${name}`);
  if (kernel.suspended) return refuseSuspended(name, kernel.name);
  const { table, status } = kernel;
  if (hasFailed(status)) return refuseFailed(name);
  if (table === null || status.state !== 'working') {
    const said =
      status.state === 'working' ? 'it has no table that can be read' : `the kernel says ${status.text.trim()}`;
    return refuse('pool-unhealthy', `${said}, and lets nobody change it`, 'dmtool status tells what ails it');
  }
  const facts = { name, kernelName: kernel.name, table, status };
  if (lvm) return { kind: 'lvm', ...facts, ...lvm };
  const [data, metadata] = [table.dataDevice, table.metadataDevice].map((number) =>
    host.backingDevices.find((device) => device.number === number),
  );
  if (!data || !metadata) return refuse('pool-unhealthy', 'what it stands on can not be seen', 'dmsetup deps tells it');
  return { kind: 'raw', ...facts, data, metadata };
}
