import type { Host } from '../../../src/model/host.ts';
import type { LogicalVolume, VolumeGroup } from '../../../src/model/lvm.ts';
import { type Extents, extents } from '../../../src/units/quantity.ts';

/** What the programs do when they say no. */
export function refuse(reason: string): never {
  throw new Error(reason);
}

/** The value after an option, as typed. */
export const option = (words: readonly string[], name: string): string | undefined => {
  const index = words.indexOf(name);
  return index < 0 ? undefined : words[index + 1];
};

/** Everything after `--`. */
export const operands = (words: readonly string[]): readonly string[] => words.slice(words.indexOf('--') + 1);

export const vgNamed = (host: Host, name: string): VolumeGroup =>
  host.volumeGroups.find((vg) => vg.name === name) ?? refuse(`Volume group "${name}" not found`);

export const lvNamed = (vg: VolumeGroup, name: string): LogicalVolume =>
  vg.logicalVolumes.find((lv) => lv.name === name) ?? refuse(`Failed to find logical volume "${vg.name}/${name}"`);

/** `VG/LV` into both. */
export const split = (name: string): [vg: string, lv: string] => name.split('/') as [string, string];

export const changeVg = (host: Host, name: string, change: (vg: VolumeGroup) => VolumeGroup): Host => ({
  ...host,
  volumeGroups: host.volumeGroups.map((vg) => (vg.name === name ? change(vg) : vg)),
});

export const extentsIn = (vg: VolumeGroup, sizeBytes: bigint): Extents => extents(sizeBytes / vg.extentSizeBytes);

/** Takes extents out of the VG's free ones, or gives them back when there are less than none. */
export function allocate(vg: VolumeGroup, count: bigint): VolumeGroup {
  if (count > vg.freeExtents)
    refuse(`Insufficient free space: ${count} extents needed, but only ${vg.freeExtents} available`);
  return { ...vg, freeExtents: extents(vg.freeExtents - count) };
}
