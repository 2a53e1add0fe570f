import { isDockersProfile } from '../engines/docker/own-setup.ts';
import { fileContent, type Host } from '../model/host.ts';
import { isMadePool, type LogicalVolume, type VolumeGroup } from '../model/lvm.ts';

/** Whether container-storage-setup made a pool: it has names of its own for pools and for profiles. */
export const isOfStorageSetup = (vg: VolumeGroup, { name, profile }: LogicalVolume): boolean =>
  name === 'docker-pool' || profile === `${vg.name}--${name}-extend`;

/** Who made a pool, as far as its names and its profile tell. */
export function originOf(host: Host, vg: VolumeGroup, pool: LogicalVolume): string {
  if (isMadePool(vg, pool)) return 'dmtool';
  if (isOfStorageSetup(vg, pool)) return 'container-storage-setup, as its names tell';
  if (vg.name !== 'docker' || pool.name !== 'thinpool') return 'somebody else';
  const content = fileContent(host, `${host.lvm.profileDirectory}/docker-thinpool.profile`);
  return content !== null && isDockersProfile(content)
    ? "Docker's own direct-lvm, as its profile tells"
    : "the documents' commands, as its names tell";
}
