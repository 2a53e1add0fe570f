import { type BlockDevice, isBlank } from '../model/device.ts';
import { fileContent, findVg, type Host } from '../model/host.ts';
import { findLv, findSpare, isOurs, type LogicalVolume, ownTags } from '../model/lvm.ts';
import { hasMarkFor, type KernelThinPool, kernelPoolOf } from '../model/thin-pool.ts';
import { type Bytes, type Extents, extentsToBytes, SECTOR_BYTES } from '../units/quantity.ts';

/** Questions about devices, LVM, the kernel's pools and files. */
export type PoolCondition =
  | { is: 'device-blank'; device: string }
  /** Just these signatures, each told as `type@offset`, stand on the device. */
  | { is: 'signatures'; device: string; found: readonly string[] }
  | { is: 'physical-volume'; device: string; uuid: string }
  /** That PV, or one that vgcreate made by itself for our VG because pvcreate had only said that all was well. */
  | { is: 'our-physical-volume'; device: string; uuid: string; vg: string }
  /** Our PV stands there, or only the metadata area that it began with or left behind. */
  | { is: 'begun-physical-volume'; device: string; uuid: string; vg: string }
  /** A PV, anybody's, that no VG has taken. */
  | { is: 'free-physical-volume'; device: string }
  | { is: 'volume-group'; vg: string; extentCount: Extents }
  | { is: 'our-volume-group'; vg: string }
  | { is: 'our-volume'; vg: string; lv: string }
  /** The LV stands there with that many extents, or has already become this part of the thin pool. */
  | { is: 'pool-part'; vg: string; lv: string; pool: string; part: 'data' | 'metadata'; extentCount: Extents }
  /** LVM's spare metadata LV under its usual name, in a VG without a pool that it could be for. */
  | { is: 'unused-spare'; vg: string }
  | { is: 'thin-pool'; vg: string; pool: string }
  | { is: 'pool-active'; vg: string; pool: string }
  | { is: 'profile-attached'; vg: string; pool: string; profile: string }
  /** Just this profile (null: none), and of dmtool's tags just these. */
  | { is: 'pool-marks'; vg: string; pool: string; profile: string | null; tags: readonly string[] }
  | { is: 'monitored'; vg: string; pool: string }
  | { is: 'low-water-mark'; vg: string; pool: string }
  /** The mark that LVM makes of that threshold. */
  | { is: 'low-water-mark-for'; vg: string; pool: string; thresholdPercent: number }
  | { is: 'low-water-mark-is'; vg: string; pool: string; blocks: bigint }
  /** The kernel runs it read-write, with all the blocks that its data LV has room for. */
  | { is: 'pool-healthy'; vg: string; pool: string }
  /** Nothing but thin devices of an engine keeps it in use; here: none is active. */
  | { is: 'pool-released'; poolName: string }
  /** Not one data block is taken. */
  | { is: 'pool-unused'; poolName: string }
  | { is: 'file-is'; path: string; content: string }
  | { is: 'file-present'; path: string };

/** An answer for each kind of condition. */
export type Answers<Any extends { is: string }> = {
  [Kind in Any['is']]: (host: Host, condition: Extract<Any, { is: Kind }>) => boolean;
};

const lvOf = (host: Host, vg: string, name: string): LogicalVolume | undefined => findLv(findVg(host, vg), name);

const poolOf = (host: Host, { vg, pool }: { vg: string; pool: string }): LogicalVolume | undefined => {
  const lv = lvOf(host, vg, pool);
  return lv?.kind === 'thin-pool' ? lv : undefined;
};

const kernelPool = (host: Host, { vg, pool }: { vg: string; pool: string }): KernelThinPool | undefined =>
  kernelPoolOf(host.thinPools, vg, pool);

const sizeOf = (host: Host, vg: string, count: Extents): Bytes | undefined => {
  const group = findVg(host, vg);
  return group && extentsToBytes(count, group.extentSizeBytes);
};

/** A device's signatures in the form that the condition holds them. */
export const listSignatures = ({ signatures }: BlockDevice): string[] =>
  signatures.map(({ type, offsetBytes }) => `${type}@${offsetBytes}`);

/** How each is answered. */
export const poolAnswers: Answers<PoolCondition> = {
  'device-blank': (host, { device }) =>
    host.devices.some((facts) => facts.kind === 'block' && facts.path === device && isBlank(facts)),

  signatures: (host, { device, found }) =>
    host.devices.some(
      (facts) => facts.kind === 'block' && facts.path === device && listSignatures(facts).join() === found.join(),
    ),

  'physical-volume': (host, { device, uuid }) =>
    host.physicalVolumes.some((pv) => pv.path === device && pv.uuid === uuid),

  'our-physical-volume': (host, { device, uuid, vg }) =>
    poolAnswers['physical-volume'](host, { is: 'physical-volume', device, uuid }) ||
    (poolAnswers['our-volume-group'](host, { is: 'our-volume-group', vg }) &&
      host.physicalVolumes.some((pv) => pv.path === device && pv.vgName === vg)),

  'begun-physical-volume': (host, condition) =>
    poolAnswers['our-physical-volume'](host, { ...condition, is: 'our-physical-volume' }) ||
    host.devices.some(
      (facts) => facts.kind === 'block' && facts.path === condition.device && facts.edges === 'stale-lvm-metadata',
    ),

  'free-physical-volume': (host, { device }) =>
    host.physicalVolumes.some((pv) => pv.path === device && pv.vgName === null),

  'volume-group': (host, { vg, extentCount }) => findVg(host, vg)?.extentCount === extentCount,

  'our-volume-group': (host, { vg }) => {
    const group = findVg(host, vg);
    return group !== undefined && isOurs(group);
  },

  'our-volume': (host, { vg, lv }) => {
    const volume = lvOf(host, vg, lv);
    return volume !== undefined && volume.kind === 'plain' && isOurs(volume);
  },

  'pool-part': (host, { vg, lv, pool, part, extentCount }) => {
    const thinPool = poolOf(host, { vg, pool });
    const sizeBytes = thinPool
      ? part === 'data'
        ? thinPool.sizeBytes
        : thinPool.metadataSizeBytes
      : lvOf(host, vg, lv)?.sizeBytes;
    return sizeBytes !== undefined && sizeBytes === sizeOf(host, vg, extentCount);
  },

  'unused-spare': (host, { vg: name }) => {
    const vg = findVg(host, name);
    return vg !== undefined && findSpare(vg) !== undefined && vg.logicalVolumes.every((lv) => lv.kind === 'plain');
  },

  'thin-pool': (host, condition) => poolOf(host, condition) !== undefined,
  'pool-active': (host, condition) => poolOf(host, condition)?.active === true,

  'profile-attached': (host, condition) => {
    const pool = poolOf(host, condition);
    return pool !== undefined && pool.profile === condition.profile && isOurs(pool);
  },

  'pool-marks': (host, condition) => {
    const pool = poolOf(host, condition);
    const { profile, tags } = condition;
    return pool !== undefined && pool.profile === profile && ownTags(pool).join() === tags.join();
  },

  monitored: (host, condition) => poolOf(host, condition)?.monitor === 'monitored',
  'low-water-mark': (host, condition) => (kernelPool(host, condition)?.table?.lowWaterMarkBlocks ?? 0n) > 0n,

  'low-water-mark-for': (host, condition) => {
    const table = kernelPool(host, condition)?.table ?? null;
    return table !== null && hasMarkFor(table, condition.thresholdPercent);
  },

  'low-water-mark-is': (host, condition) => kernelPool(host, condition)?.table?.lowWaterMarkBlocks === condition.blocks,

  'pool-healthy': (host, condition) => {
    const pool = poolOf(host, condition);
    const kernel = kernelPool(host, condition);
    if (!pool || !kernel?.table || kernel.status.state !== 'working') return false;
    const blockBytes = kernel.table.dataBlockSizeSectors * SECTOR_BYTES;
    const { mode, needsCheck, totalDataBlocks } = kernel.status;
    return mode === 'rw' && !needsCheck && totalDataBlocks === pool.sizeBytes / blockBytes;
  },

  'pool-released': (host, { poolName }) => host.thinDevices.every((device) => device.poolName !== poolName),

  'pool-unused': (host, { poolName }) => {
    const status = host.thinPools.find(({ name }) => name === poolName)?.status;
    return status?.state === 'working' && status.usedDataBlocks === 0n;
  },

  'file-is': (host, { path, content }) => fileContent(host, path) === content,
  'file-present': (host, { path }) => fileContent(host, path) !== null,
};
