import type { BlockDevice } from '../../../src/model/device.ts';
import type { Host } from '../../../src/model/host.ts';
import { dmName, type PhysicalVolume } from '../../../src/model/lvm.ts';
import { bytes, extents, MIB } from '../../../src/units/quantity.ts';
import { parseSize } from '../../../src/units/size.ts';
import { changeVg, operands, option, refuse, vgNamed } from './common.ts';

const withDevice = (host: Host, path: string, facts: Partial<BlockDevice>): Host => ({
  ...host,
  devices: host.devices.map((device) =>
    device.kind === 'block' && device.path === path ? { ...device, ...facts } : device,
  ),
});

export function pvcreate(host: Host, words: readonly string[]): Host {
  const [path = ''] = operands(words);
  const device = host.devices.find((each) => each.path === path);
  if (device?.kind !== 'block') return refuse(`Device ${path} not found.`);
  if (device.busy) refuse(`Can't open ${path} exclusively.  Mounted filesystem?`);
  if (device.signatures.length + device.partitions.length > 0)
    refuse('WARNING: signature detected. Wipe it? [n]: Aborted');
  const uuid = option(words, '--uuid') ?? refuse('no UUID was chosen');
  if (host.physicalVolumes.some((pv) => pv.uuid === uuid)) refuse(`uuid ${uuid} already in use`);
  const pv: PhysicalVolume = {
    path,
    uuid,
    vgName: null,
    sizeBytes: device.sizeBytes,
    extentCount: extents(0),
    missing: false,
  };
  const label = { type: 'LVM2_member', offsetBytes: bytes(536), uuid, label: '' };
  const made = { ...host, physicalVolumes: [...host.physicalVolumes, pv] };
  return withDevice(made, path, { signatures: [label], edges: 'data' });
}

/** Takes the label off, and leaves the metadata area behind. */
export function pvremove(host: Host, words: readonly string[]): Host {
  const [path = ''] = operands(words);
  const pv = host.physicalVolumes.find((each) => each.path === path) ?? refuse(`No PV found on device ${path}.`);
  if (pv.vgName !== null) refuse(`PV ${path} is used by VG ${pv.vgName} so please use vgreduce first.`);
  const left = { ...host, physicalVolumes: host.physicalVolumes.filter((each) => each !== pv) };
  return withDevice(left, path, { signatures: [], edges: 'stale-lvm-metadata' });
}

/** Makes PVs by itself where there are none. */
export function vgcreate(before: Host, words: readonly string[]): Host {
  const [name = '', ...paths] = operands(words);
  const bare = paths.filter((path) => !before.physicalVolumes.some((pv) => pv.path === path));
  const host = bare.reduce((now, path) => pvcreate(now, ['--uuid', `by-vgcreate-${path}`, '--', path]), before);
  if (host.volumeGroups.some((vg) => vg.name === name)) refuse(`A volume group called ${name} already exists.`);
  const extentSizeBytes = parseSize(option(words, '--physicalextentsize') ?? '') ?? refuse('no extent size');
  const taken = new Map(
    paths.map((path) => {
      const pv = host.physicalVolumes.find((each) => each.path === path) ?? refuse(`No PV on ${path}`);
      if (pv.vgName !== null) refuse(`Physical volume '${path}' is already in volume group '${pv.vgName}'`);
      return [path, { ...pv, vgName: name, extentCount: extents((pv.sizeBytes - MIB) / extentSizeBytes) }];
    }),
  );
  const count = extents([...taken.values()].reduce((sum, pv) => sum + pv.extentCount, 0n));
  const tag = option(words, '--addtag');
  const vg = { name, uuid: `uuid-${name}`, extentSizeBytes, extentCount: count, freeExtents: count };
  const facts = { tags: tag === undefined ? [] : [tag], partial: false, exported: false, logicalVolumes: [] };
  return {
    ...host,
    volumeGroups: [...host.volumeGroups, { ...vg, ...facts }],
    physicalVolumes: host.physicalVolumes.map((pv) => taken.get(pv.path) ?? pv),
  };
}

/** vgchange --addtag TAG -- VG */
export const vgchange = (host: Host, words: readonly string[]): Host =>
  changeVg(host, operands(words)[0] ?? '', (vg) => ({ ...vg, tags: [...vg.tags, option(words, '--addtag') ?? ''] }));

export function vgremove(host: Host, words: readonly string[]): Host {
  const [name = ''] = operands(words);
  const vg = vgNamed(host, name);
  if (vg.logicalVolumes.length > 0 && !words.includes('--yes'))
    refuse(`Volume group "${name}" still contains ${vg.logicalVolumes.length} LVs`);
  const pools = vg.logicalVolumes.filter(({ kind }) => kind === 'thin-pool').map((lv) => dmName(name, lv.name));
  if (host.thinDevices.some(({ poolName }) => pools.includes(poolName))) refuse('used by another device');
  return {
    ...host,
    thinPools: host.thinPools.filter((pool) => !pools.includes(pool.name)),
    volumeGroups: host.volumeGroups.filter((each) => each !== vg),
    physicalVolumes: host.physicalVolumes.map((pv) =>
      pv.vgName === name ? { ...pv, vgName: null, extentCount: extents(0) } : pv,
    ),
  };
}
