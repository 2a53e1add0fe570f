import type { BackingDevice } from '../../../src/model/backing-device.ts';
import type { Host } from '../../../src/model/host.ts';
import { dmName, findSpare } from '../../../src/model/lvm.ts';
import { METADATA_BLOCK_BYTES, type ThinPoolStatus, type ThinPoolTable } from '../../../src/model/thin-pool.ts';
import type { Action } from '../../../src/plan/step.ts';
import { parseThinPoolTable } from '../../../src/tools/dmsetup.ts';
import { bytes, extents, MIB, sectors } from '../../../src/units/quantity.ts';
import { parseSize } from '../../../src/units/size.ts';
import { kernelPool } from '../hosts.ts';
import { allocate, changeVg, extentsIn, lvNamed, operands, option, refuse, split, vgNamed } from './common.ts';
import { changeParts, observeFile } from './files-pool.ts';

export function vgextend(host: Host, words: readonly string[]): Host {
  const [name = '', ...paths] = operands(words);
  const vg = vgNamed(host, name);
  const counts = new Map(
    paths.map((path) => {
      const pv = host.physicalVolumes.find((each) => each.path === path) ?? refuse(`No PV on ${path}`);
      if (pv.vgName !== null) refuse(`${path} is in ${pv.vgName} already`);
      return [path, extents((pv.sizeBytes - MIB) / vg.extentSizeBytes)];
    }),
  );
  return changePvs(host, name, counts, 1n);
}

export function vgreduce(host: Host, words: readonly string[]): Host {
  const [name = '', path = ''] = operands(words);
  const pv = host.physicalVolumes.find((each) => each.path === path && each.vgName === name) ?? refuse(`${path}?`);
  if (vgNamed(host, name).freeExtents < pv.extentCount) refuse(`Physical volume "${path}" still in use`);
  return changePvs(host, name, new Map([[path, pv.extentCount]]), -1n);
}

function changePvs(host: Host, name: string, counts: ReadonlyMap<string, bigint>, sign: 1n | -1n): Host {
  const change = sign * [...counts.values()].reduce((sum, each) => sum + each, 0n);
  const changed = changeVg(host, name, (vg) => ({
    ...vg,
    extentCount: extents(vg.extentCount + change),
    freeExtents: extents(vg.freeExtents + change),
  }));
  return {
    ...changed,
    physicalVolumes: changed.physicalVolumes.map((pv) => {
      const count = counts.get(pv.path);
      if (count === undefined) return pv;
      return sign > 0n
        ? { ...pv, vgName: name, extentCount: extents(count) }
        : { ...pv, vgName: null, extentCount: extents(0) };
    }),
  };
}

/** Metadata take the spare with them; the kernel sees the new size at once. */
export function lvextend(host: Host, words: readonly string[]): Host {
  const [vgName, lvName] = split(operands(words)[0] ?? '');
  const vg = vgNamed(host, vgName);
  const pool = lvNamed(vg, lvName);
  const wanted = option(words, '--poolmetadatasize');
  const sizeBytes =
    wanted === undefined
      ? bytes(BigInt(option(words, '--extents') ?? '') * vg.extentSizeBytes)
      : (parseSize(wanted) ?? refuse('no size'));
  const now = wanted === undefined ? pool.sizeBytes : (pool.metadataSizeBytes ?? bytes(0));
  if (sizeBytes <= now) refuse('New size is not larger than the existing one.');
  const spare = findSpare(vg);
  const spareNeed = wanted !== undefined && spare && sizeBytes > spare.sizeBytes ? sizeBytes - spare.sizeBytes : 0n;
  const grown = changeVg(host, vgName, (before) => {
    const taken = allocate(before, extentsIn(vg, sizeBytes - now) + extentsIn(vg, spareNeed));
    const change = wanted === undefined ? { sizeBytes } : { metadataSizeBytes: sizeBytes };
    const logicalVolumes = taken.logicalVolumes.map((lv) => {
      if (lv === spare) return { ...lv, sizeBytes: bytes(lv.sizeBytes + spareNeed) };
      return lv.name === lvName ? { ...lv, ...change } : lv;
    });
    return { ...taken, logicalVolumes };
  });
  const chunk = pool.chunkSizeBytes ?? refuse('no chunk size');
  const blocks =
    wanted === undefined
      ? { totalDataBlocks: sizeBytes / chunk }
      : { totalMetadataBlocks: sizeBytes / METADATA_BLOCK_BYTES, mode: 'rw' as const };
  return changePool(grown, dmName(vgName, lvName), (table) => table, blocks);
}

const changePool = (
  host: Host,
  name: string,
  newTable: (table: ThinPoolTable) => ThinPoolTable,
  blocks: Partial<ThinPoolStatus>,
): Host => ({
  ...host,
  thinPools: host.thinPools.map((pool) => {
    if (pool.name !== name || pool.table === null || pool.status.state !== 'working') return pool;
    // A pool that needs a check takes a table, and no size.
    const status = pool.status.needsCheck ? pool.status : { ...pool.status, ...blocks };
    return { ...pool, table: newTable(pool.table), status };
  }),
});

const changeDevices = (host: Host, change: (device: BackingDevice) => BackingDevice): Host => ({
  ...host,
  backingDevices: host.backingDevices.map(change),
});

export function truncate(host: Host, words: readonly string[]): Host {
  const [path] = operands(words);
  const sizeBytes = BigInt(words.find((word) => word.startsWith('--size='))?.slice('--size='.length) ?? '');
  return changeDevices(observeFile(host, path ?? '', sizeBytes), (device) =>
    device.file?.path === path && device.file
      ? { ...device, file: { ...device.file, sizeBytes: bytes(sizeBytes) } }
      : device,
  );
}

/** Attaches, detaches, or has a loop device look at its file again. */
export function losetup(host: Host, words: readonly string[]): Host {
  if (words.includes('--set-capacity')) return setCapacity(host, words);
  const [device = '', path] = words.includes('--detach') ? [words.at(-1)] : operands(words);
  const { activation } = host;
  if (activation === null) return refuse('nobody looked');
  const others = activation.freeLoops.filter((each) => each !== device);
  const freeLoops = path === undefined ? [...others, device].sort() : others;
  return changeParts({ ...host, activation: { ...activation, freeLoops } }, (part, recorded) => {
    if (path === undefined) return part.device === device ? { ...part, device: null } : part;
    if (part.device === device) refuse(`${device}: failed to set up loop device: Device or resource busy`);
    return recorded.path === path ? { ...part, device } : part;
  });
}

/** A pool comes up with what its table says, on devices that are there; or goes. */
export function dmsetup(host: Host, words: readonly string[]): Host {
  const [verb] = words;
  const name = words.at(-1) ?? '';
  if (verb === 'remove') return { ...host, thinPools: host.thinPools.filter((pool) => pool.name !== name) };
  const table = parseThinPoolTable(option(words, '--table') ?? '') ?? refuse('Invalid argument');
  const facts = host.activation?.parts.find((each) => each.name === name) ?? refuse('no such pool');
  if (facts.data.device !== table.dataDevice || facts.metadata.device !== table.metadataDevice)
    return refuse('device is not there');
  if (host.thinPools.some((pool) => pool.name === name)) refuse('Device or resource busy');
  const totalDataBlocks = table.lengthSectors / table.dataBlockSizeSectors;
  const made = kernelPool(name);
  const fresh = facts.metadata.beginsAsMetadata ? {} : { usedDataBlocks: 0n };
  const status = { ...(made.status as ThinPoolStatus), ...fresh, totalDataBlocks };
  const formatted = changeParts(host, (part) => ({ ...part, beginsAsMetadata: true }));
  return { ...formatted, thinPools: [...host.thinPools, { ...made, table, status }] };
}

const setCapacity = (host: Host, words: readonly string[]): Host =>
  changeDevices(host, (device) =>
    device.path === words.at(-1) && device.file
      ? { ...device, sizeBytes: bytes(device.file.sizeBytes - device.file.offsetBytes) }
      : device,
  );

/** The kernel takes what the devices have, as long as they have what the table says. */
export function reload(host: Host, { poolName, table: text }: Extract<Action, { kind: 'reload-table' }>): Host {
  const table = parseThinPoolTable(text) ?? refuse('Invalid argument');
  const [data, metadata] = [table.dataDevice, table.metadataDevice].map(
    (number) => host.backingDevices.find((device) => device.number === number) ?? refuse('no such device'),
  );
  if (!data || !metadata || table.lengthSectors * 512n > data.sizeBytes) return refuse('device is too small');
  return changePool(host, poolName, () => ({ ...table, lengthSectors: sectors(table.lengthSectors) }), {
    totalDataBlocks: table.lengthSectors / table.dataBlockSizeSectors,
    totalMetadataBlocks: metadata.sizeBytes / METADATA_BLOCK_BYTES,
    mode: 'rw',
  });
}
