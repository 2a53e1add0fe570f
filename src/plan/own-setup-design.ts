import { OWN_CHUNK_BYTES, OWN_DEFAULTS, OWN_POOL, OWN_PROFILE, OWN_VG } from '../engines/docker/own-setup.ts';
import type { BlockDevice } from '../model/device.ts';
import type { OwnSetup } from '../model/docker.ts';
import { fittedStepPercent } from '../model/growth.ts';
import { fileContent, type Host } from '../model/host.ts';
import type { ProvisionIntent } from '../model/intent.ts';
import { EXTENT_SIZE_BYTES, PV_DATA_START_BYTES } from '../tools/lvm-commands.ts';
import { type ProfileValues, parseProfile } from '../tools/profile.ts';
import { percentOfExtents } from '../units/percent.ts';
import { type Bytes, bytes, type Extents, extents, extentsToBytes, extentsWithin } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { type MadePool, OWN_PROFILE_PATH } from './own-setup-site.ts';
import { summarise } from './pool-summary.ts';
import type { Refusal } from './refusal.ts';
import { DEFAULT_THRESHOLD_PERCENT } from './setup-design.ts';
import type { PoolSummary } from './step.ts';

/** What Docker is told, or was, and the pool that comes of it. */
export interface OwnDesign {
  setup: OwnSetup;
  /** The profile that is attached in the end; null: somebody took it off, which is doctor's to mend. */
  profile: string | null;
  summary: PoolSummary;
}

/** Works out what Docker makes of a blank device, or says why LVM would stop it half way. */
export function designOwnSetup(intent: ProvisionIntent, device: BlockDevice): OwnDesign | Refusal {
  const { data, metadata } = intent.percents ?? {
    data: OWN_DEFAULTS.dataPercent,
    metadata: OWN_DEFAULTS.metadataPercent,
  };
  const vg = extentsWithin(bytes(device.sizeBytes - PV_DATA_START_BYTES), EXTENT_SIZE_BYTES);
  const [dataExtents, metadataExtents] = [percentOfExtents(data, vg), percentOfExtents(metadata, vg)];
  const left = vg - dataExtents - 2n * metadataExtents;
  if (dataExtents === 0n || metadataExtents === 0n) return noRoom(device, 'too small for it: a part has no extent');
  if (left < 0n) {
    const size = (count: Extents): string => formatSize(extentsToBytes(count, EXTENT_SIZE_BYTES));
    const parts = `data ${size(dataExtents)} + metadata ${size(metadataExtents)}`;
    return noRoom(device, `too small for ${parts} + LVM's spare metadata (as large), of which Docker knows nothing`);
  }
  const freeExtents = extents(left);
  const setup: OwnSetup = {
    device: device.path,
    dataPercent: data,
    metadataPercent: metadata,
    thresholdPercent: intent.autoextendThreshold ?? DEFAULT_THRESHOLD_PERCENT,
    // Where not even the smallest step fits, nothing is told, and Docker takes its own.
    stepPercent: intent.autoextendPercent ?? fittedStepPercent(dataExtents, freeExtents),
  };
  const sizes = { vg, data: dataExtents, metadata: metadataExtents, free: freeExtents };
  return {
    setup,
    profile: OWN_PROFILE,
    summary: summarised(sizes, EXTENT_SIZE_BYTES, OWN_PROFILE_PATH, inForce(setup)),
  };
}

const noRoom = (device: BlockDevice, why: string): Refusal => ({
  code: 'no-room',
  subject: device.asked,
  reason: `with ${formatSize(device.sizeBytes)} it is ${why}`,
  remedy: 'ask for less with --data-percent and --metadata-percent, or name a larger device',
});

/** The pool as it stands: Docker goes on with what it was told at first, whatever has become of the pool since. */
export function describeMade(host: Host, { vg, pool, setup }: MadePool): OwnDesign {
  const path = `${host.lvm.profileDirectory}/${pool.profile ?? OWN_PROFILE}.profile`;
  const count = (size: Bytes | null): Extents => extentsWithin(size ?? bytes(0), vg.extentSizeBytes);
  const sizes = {
    vg: vg.extentCount,
    data: count(pool.sizeBytes),
    metadata: count(pool.metadataSizeBytes),
    free: vg.freeExtents,
  };
  const values = parseProfile(fileContent(host, path) ?? '') ?? inForce(setup);
  return { setup, profile: pool.profile, summary: summarised(sizes, vg.extentSizeBytes, path, values) };
}

/** What LVM goes by: Docker's own numbers where it was told none. */
export const inForce = ({ thresholdPercent, stepPercent }: OwnSetup) => ({
  thresholdPercent: thresholdPercent || OWN_DEFAULTS.thresholdPercent,
  stepPercent: stepPercent || OWN_DEFAULTS.stepPercent,
});

const summarised = (
  extents: Parameters<typeof summarise>[0]['extents'],
  extentSizeBytes: Bytes,
  profilePath: string,
  values: ProfileValues,
): PoolSummary =>
  summarise({
    vg: OWN_VG,
    pool: OWN_POOL,
    extentSizeBytes,
    extents,
    chunkSizeBytes: OWN_CHUNK_BYTES,
    profilePath,
    values,
  });
