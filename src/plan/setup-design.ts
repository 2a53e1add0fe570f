import { fittedStepPercent } from '../model/growth.ts';
import { fileContent, type Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import { findSpare, isAdopted, type LogicalVolume } from '../model/lvm.ts';
import { EXTENT_SIZE_BYTES, PV_DATA_START_BYTES } from '../tools/lvm-commands.ts';
import { type ProfileValues, parseProfile, renderProfile } from '../tools/profile.ts';
import { type Bytes, bytes, type Extents, extents, extentsToBytes, extentsWithin } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { summarise } from './pool-summary.ts';
import type { Refusal } from './refusal.ts';
import type { Site } from './setup-site.ts';
import {
  DEFAULT_CHUNK_SIZE_BYTES,
  DEFAULT_DATA,
  DEFAULT_METADATA,
  headroomStep,
  type PoolSize,
  type Room,
  sizePool,
} from './sizing.ts';
import type { PoolSummary } from './step.ts';

/** The documents' threshold. */
export const DEFAULT_THRESHOLD_PERCENT = 80;

/** All numbers of the pool to be. */
export interface Design {
  size: PoolSize;
  vgExtents: Extents;
  chunkSizeBytes: Bytes;
  autoextend: ProfileValues;
  profileContent: string;
  summary: PoolSummary;
}

/** Works out sizes and auto-extension, or says what stands against them. */
export function designPool(host: Host, intent: SetupIntent, site: Site): Design | Refusal {
  const room = roomFor(host, intent, site);
  const chunkSizeBytes = site.pool?.chunkSizeBytes ?? intent.chunkSizeBytes ?? DEFAULT_CHUNK_SIZE_BYTES;
  const size = site.pool ? sizeOfPool(site.pool, room) : sizeNewPool(intent, room, chunkSizeBytes);
  if (typeof size === 'string') {
    const remedy = 'ask for less with --data-size or --data-percent, or name a larger device';
    return { code: 'no-room', subject: `VG ${intent.vg}`, reason: size, remedy };
  }
  const leftover = refuseLeftover(intent, site, room, size);
  if (leftover) return leftover;
  const autoextend = autoextendValues(host, intent, site, size);
  const vgExtents = site.vg?.extentCount ?? room.baseExtents;
  const found = fileContent(host, site.profilePath);
  const isAttached = site.pool?.profile === site.profile;
  const profileContent = isAttached && found !== null ? found : renderProfile(intent.profileTemplate, autoextend);
  const [firstLine = ''] = intent.profileTemplate.split('\n');
  const isOurs = site.record?.profilePath === site.profilePath && found?.startsWith(firstLine);
  if (found !== null && found !== profileContent && !isOurs) {
    const reason = 'a profile of that name exists with other content';
    return {
      code: 'profile-differs',
      subject: site.profilePath,
      reason,
      remedy:
        site.pool && isAdopted(site.pool)
          ? `dmtool adopt --pool ${intent.vg}/${intent.pool} attaches one of another name`
          : 'move it away, or choose another --pool',
    };
  }
  const { dataExtents, metadataExtents, freeExtents } = size;
  const summary = summarise({
    ...{ vg: intent.vg, pool: intent.pool, chunkSizeBytes, profilePath: site.profilePath, values: autoextend },
    extentSizeBytes: room.extentSizeBytes,
    extents: { vg: vgExtents, data: dataExtents, metadata: metadataExtents, free: freeExtents },
  });
  return { size, vgExtents, chunkSizeBytes, autoextend, profileContent, summary };
}

const extentsOf = (lv: LogicalVolume | undefined, room: { extentSizeBytes: Bytes }): Extents =>
  extentsWithin(lv?.sizeBytes ?? bytes(0), room.extentSizeBytes);

/** Percentages are of the whole VG when it is (or will be) the pool's own, and of the free space otherwise. */
function roomFor(host: Host, intent: SetupIntent, site: Site): Room {
  if (!site.vg) {
    const count = host.devices
      .filter((device) => device.kind === 'block')
      .map((device) => extentsWithin(bytes(device.sizeBytes - PV_DATA_START_BYTES), EXTENT_SIZE_BYTES))
      .reduce((sum, each) => extents(sum + each), extents(0));
    return { extentSizeBytes: EXTENT_SIZE_BYTES, baseExtents: count, freeExtents: count, spareExtents: extents(0) };
  }
  const { extentSizeBytes, extentCount } = site.vg;
  const spare = extentsOf(findSpare(site.vg), { extentSizeBytes });
  // An earlier run of ours that was cut off holds its LVs, and, without any pool, the spare that lvconvert began with.
  const begun = [site.dataLv, site.metadataLv].map((lv) => extentsOf(lv, { extentSizeBytes }));
  const spareIsBegun = site.dataLv !== undefined && site.vg.logicalVolumes.every(({ kind }) => kind === 'plain');
  const held = [...begun, spareIsBegun ? spare : extents(0)];
  const freeExtents = held.reduce((sum, each) => extents(sum + each), site.vg.freeExtents);
  const baseExtents = intent.source.kind === 'devices' ? extentCount : freeExtents;
  return { extentSizeBytes, baseExtents, freeExtents, spareExtents: spareIsBegun ? extents(0) : spare };
}

const sizeOfPool = (pool: LogicalVolume, room: Room): PoolSize => ({
  dataExtents: extentsOf(pool, room),
  metadataExtents: extentsWithin(pool.metadataSizeBytes ?? bytes(0), room.extentSizeBytes),
  freeExtents: room.freeExtents,
});

function sizeNewPool(intent: SetupIntent, room: Room, chunkSizeBytes: Bytes): PoolSize | string {
  const headroomStepPercent = intent.headroom ? headroomStep(intent.autoextendPercent) : null;
  const { data = DEFAULT_DATA, metadata = DEFAULT_METADATA } = intent;
  return sizePool(room, { data, metadata, chunkSizeBytes, headroomStepPercent });
}

/** An earlier run that was cut off left LVs: they are gone on with when they are what this run would have made. */
function refuseLeftover(intent: SetupIntent, site: Site, room: Room, size: PoolSize): Refusal | undefined {
  if (site.pool) return undefined;
  const parts = [
    [site.dataLv, size.dataExtents],
    [site.metadataLv, size.metadataExtents],
  ] as const;
  for (const [lv, wanted] of parts) {
    if (!lv || extentsOf(lv, room) === wanted) continue;
    const subject = `${intent.vg}/${lv.name}`;
    const wantedSize = formatSize(extentsToBytes(wanted, room.extentSizeBytes));
    const reason = `an unfinished setup left it with ${formatSize(lv.sizeBytes)}, this one wants ${wantedSize}`;
    return { code: 'lv-exists', subject, reason, remedy: `give the same sizes again, or lvremove ${subject}` };
  }
  return undefined;
}

/** What the profile says: what is in force on a finished pool, what was asked, or the largest step that fits. */
function autoextendValues(host: Host, intent: SetupIntent, site: Site, size: PoolSize): ProfileValues {
  const inForce = site.pool?.profile === site.profile ? parseProfile(fileContent(host, site.profilePath) ?? '') : null;
  return (
    inForce ?? {
      thresholdPercent: intent.autoextendThreshold ?? DEFAULT_THRESHOLD_PERCENT,
      stepPercent: intent.autoextendPercent ?? fittedStepPercent(size.dataExtents, size.freeExtents),
    }
  );
}
