import type { Host } from '../../../src/model/host.ts';
import { dmName, findSpare, type LogicalVolume, nextSpareName, type VolumeGroup } from '../../../src/model/lvm.ts';
import type { KernelThinPool } from '../../../src/model/thin-pool.ts';
import { parseProfile } from '../../../src/tools/profile.ts';
import { bytes, MIB } from '../../../src/units/quantity.ts';
import { parseSize } from '../../../src/units/size.ts';
import { kernelPool, logicalVolume, thinPool } from '../hosts.ts';
import { allocate, changeVg, extentsIn, lvNamed, operands, option, refuse, split, vgNamed } from './common.ts';

/** The most that LVM takes for metadata without a word: 15.81 GiB (lvm2, DM_THIN_MAX_METADATA_SIZE). */
const LVM_MOST_METADATA = 33_161_216n * 512n;

export function lvcreate(host: Host, words: readonly string[]): Host {
  const [name = ''] = operands(words);
  const lvName = option(words, '--name') ?? refuse('no name');
  const vg = vgNamed(host, name);
  const count = BigInt(option(words, '--extents') ?? refuse('no extents'));
  if (count <= 0n) refuse('Unable to create new logical volume with no extents.');
  if (vg.logicalVolumes.some((lv) => lv.name === lvName)) refuse(`Logical Volume "${lvName}" already exists`);
  const tag = option(words, '--addtag');
  const active = option(words, '--activate') !== 'n';
  const lv = {
    ...logicalVolume(lvName, 0n),
    sizeBytes: bytes(count * vg.extentSizeBytes),
    tags: tag ? [tag] : [],
    active,
  };
  return changeVg(host, name, (before) => {
    const after = allocate(before, count);
    return { ...after, logicalVolumes: [...after.logicalVolumes, lv] };
  });
}

/** With a pool go its hidden parts, and with the last pool the spare. */
export function lvremove(host: Host, words: readonly string[]): Host {
  const [vgName, lvName] = split(operands(words)[0] ?? '');
  const vg = vgNamed(host, vgName);
  const lv = lvNamed(vg, lvName);
  const others = vg.logicalVolumes.filter((each) => each.kind === 'thin-pool' && each !== lv);
  const spare = lv.kind === 'thin-pool' && others.length === 0 ? (findSpare(vg)?.name ?? null) : null;
  if (host.thinDevices.some(({ poolName }) => poolName === dmName(vgName, lvName)))
    refuse(`Logical volume ${vgName}/${lvName} is used by another device.`);
  const gone = new Set([lvName, lv.dataLv, lv.metadataLv, spare]);
  return removeKernelPool(
    changeVg(host, vgName, (before) => withoutVolumes(before, gone)),
    vgName,
    lvName,
  );
}

function withoutVolumes(vg: VolumeGroup, names: ReadonlySet<string | null>): VolumeGroup {
  const isGone = (lv: LogicalVolume): boolean => names.has(lv.name);
  const freed = vg.logicalVolumes
    .filter((lv) => isGone(lv) && lv.kind === 'plain')
    .reduce((sum, lv) => sum + extentsIn(vg, lv.sizeBytes), 0n);
  return { ...allocate(vg, -freed), logicalVolumes: vg.logicalVolumes.filter((lv) => !isGone(lv)) };
}

const removeKernelPool = (host: Host, vg: string, lv: string): Host => ({
  ...host,
  thinPools: host.thinPools.filter(({ name }) => name !== dmName(vg, lv)),
});

/** Both LVs become hidden and keep their tags; the pool takes the data LV's name and state; the spare is made, or grows. */
export function lvconvert(host: Host, words: readonly string[]): Host {
  const [vgName, lvName] = split(option(words, '--thinpool') ?? '');
  const [, metadataName] = split(option(words, '--poolmetadata') ?? '');
  const vg = vgNamed(host, vgName);
  const [data, metadata] = [lvNamed(vg, lvName), lvNamed(vg, metadataName)];
  const chunkSizeBytes = parseSize(option(words, '--chunksize') ?? '') ?? refuse('no chunk size');
  if (data.sizeBytes < chunkSizeBytes) refuse('Size of data is smaller than a chunk.');
  if (metadata.sizeBytes < 2n * MIB) refuse('Size of pool metadata is too small.');
  if (metadata.sizeBytes > LVM_MOST_METADATA) refuse('WARNING: Maximum supported pool metadata size is 15.81 GiB.');
  const pool: LogicalVolume = {
    ...thinPool(lvName, 0n, 0n, { chunkSizeBytes, metadataSizeBytes: metadata.sizeBytes }),
    sizeBytes: data.sizeBytes,
    active: data.active,
    monitor: data.active && host.lvm.monitoring ? 'monitored' : '',
  };
  const hidden = [
    { ...data, name: `${lvName}_tdata`, role: ['private', 'thin', 'pool', 'data'] },
    { ...metadata, name: `${lvName}_tmeta`, role: ['private', 'thin', 'pool', 'metadata'] },
  ];
  return changeVg(host, vgName, (before) => {
    const withSpare = growSpare(before, metadata.sizeBytes);
    const others = withSpare.logicalVolumes.filter(({ name }) => name !== lvName && name !== metadataName);
    return { ...withSpare, logicalVolumes: [...others, pool, ...hidden] };
  });
}

function growSpare(vg: VolumeGroup, sizeBytes: bigint): VolumeGroup {
  const spare = findSpare(vg);
  const missing = sizeBytes - (spare?.sizeBytes ?? 0n);
  if (missing <= 0n) return vg;
  const role = ['private', 'pool', 'spare'];
  const grown = {
    ...logicalVolume(spare?.name ?? nextSpareName(vg), 0n),
    role,
    sizeBytes: bytes(sizeBytes),
    active: false,
  };
  const others = vg.logicalVolumes.filter((lv) => lv !== spare);
  return { ...allocate(vg, extentsIn(vg, missing)), logicalVolumes: [...others, grown] };
}

/** The mark is what is left of the blocks above the threshold; a threshold of 100 sets none. */
function tableFor(
  vgName: string,
  pool: LogicalVolume,
  threshold: number,
  before: KernelThinPool['status'] | undefined,
): KernelThinPool {
  const made = kernelPool(dmName(vgName, pool.name));
  const blockBytes = pool.chunkSizeBytes as bigint;
  const totalDataBlocks = pool.sizeBytes / blockBytes;
  const lowWaterMarkBlocks = threshold < 100 ? (totalDataBlocks * BigInt(100 - threshold) + 99n) / 100n : 0n;
  const working = before?.state === 'working' ? before : { usedDataBlocks: 0n };
  const lengthSectors = pool.sizeBytes / 512n;
  const dataBlockSizeSectors = blockBytes / 512n;
  const table = { ...made.table, lengthSectors, dataBlockSizeSectors, lowWaterMarkBlocks } as KernelThinPool['table'];
  return {
    ...made,
    table,
    status: { ...made.status, ...working, totalDataBlocks } as KernelThinPool['status'],
  };
}

export function lvchange(host: Host, words: readonly string[]): Host {
  const [vgName, lvName] = split(operands(words)[0] ?? '');
  const before = lvNamed(vgNamed(host, vgName), lvName);
  const after = changed(host, before, words);
  const next = changeVg(host, vgName, (vg) => ({
    ...vg,
    logicalVolumes: vg.logicalVolumes.map((lv) => (lv === before ? after : lv)),
  }));
  if (after.active && !words.includes('--refresh') && before.active) return next;
  const bare = removeKernelPool(next, vgName, lvName);
  if (!after.active) return bare;
  const used = next.thinPools.find(({ name }) => name === dmName(vgName, lvName))?.status;
  const values = parseProfile(next.files.find(({ path }) => path.endsWith(`/${after.profile}.profile`))?.content ?? '');
  // What the command line says of a setting comes before the profile.
  const [, said] = /autoextend_threshold=(\d+)$/.exec(option(words, '--config') ?? '') ?? [];
  const threshold = Number(said ?? values?.thresholdPercent ?? 100);
  return { ...bare, thinPools: [...bare.thinPools, tableFor(vgName, after, threshold, used)] };
}

const MONITOR: Readonly<Record<string, string>> = { y: 'monitored', n: 'not monitored' };

/** The values of an option that may be given again. */
const valuesOf = (words: readonly string[], name: string): string[] =>
  words.filter((_, index) => words[index - 1] === name);

function changed(host: Host, lv: LogicalVolume, words: readonly string[]): LogicalVolume {
  const profile = option(words, '--metadataprofile');
  const [add, del] = ['--addtag', '--deltag'].map((name) => valuesOf(words, name)) as [string[], string[]];
  const path = `${host.lvm.profileDirectory}/${profile}.profile`;
  if (profile !== undefined && !host.files.some((file) => file.path === path && file.content !== null))
    refuse(`stat failed: ${path}: No such file or directory`);
  const activate = option(words, '--activate');
  return {
    ...lv,
    profile: words.includes('--detachprofile') ? null : (profile ?? lv.profile),
    tags: [...new Set([...lv.tags, ...add])].filter((tag) => !del.includes(tag)),
    monitor: MONITOR[option(words, '--monitor') ?? ''] ?? lv.monitor,
    active: activate === undefined ? lv.active : activate === 'y',
  };
}
