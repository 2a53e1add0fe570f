import { fileContent, type Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import { isOurs } from '../model/lvm.ts';
import { MAX_METADATA_BYTES } from '../model/pool-metadata.ts';
import { parseProfile } from '../tools/profile.ts';
import { shellLine } from '../tools/shell-line.ts';
import { formatSize, formatSizeForLvm } from '../units/size.ts';
import { refuseDevice } from './device-preflight.ts';
import { hasLooked, refuseKernel, refusePrograms, refuseUnusableVg, refuseUser } from './host-refusals.ts';
import { refuseUnhealthy } from './pool-refusals.ts';
import type { Refusal } from './refusal.ts';
import { isOurDevice, isOurSite, pvOn, type Site } from './setup-site.ts';

/** Every reason not to begin, apart from those that only sizing finds. */
export function refuseSetup(host: Host, intent: SetupIntent, site: Site): Refusal[] {
  const blind = [...refuseUser(host), ...refusePrograms(host)];
  if (!hasLooked(host)) return blind;
  return [
    ...blind,
    ...refuseKernel(host),
    ...refuseDevices(host, intent, site),
    ...refuseVg(host, intent, site),
    ...refuseLv(intent, site),
    ...refuseSickPool(host, intent, site),
    ...refusePoolDifferences(intent, site),
    ...refuseProfile(host, intent, site),
  ];
}

function refuseDevices(host: Host, intent: SetupIntent, site: Site): Refusal[] {
  const refusals: Refusal[] = [];
  const seen = new Map<string, string>();
  for (const device of host.devices) {
    const twin = seen.get(device.path) ?? parentOf(host, device.path);
    if (twin !== undefined) {
      const reason = seen.has(device.path) ? `it is the same device as ${twin}` : `it is a partition of ${twin}`;
      refusals.push({ code: 'device-twice', subject: device.asked, reason, remedy: 'name each device once' });
      if (seen.has(device.path)) continue;
    }
    seen.set(device.path, device.asked);
    const ours = isOurDevice(host, site, device);
    refusals.push(...refuseDevice(device, { pv: pvOn(host, device), ours, wipe: intent.wipe }));
  }
  return refusals;
}

/** A disk that was named as well, and that this device is a partition of. */
const parentOf = (host: Host, path: string): string | undefined =>
  host.devices.find((each) => each.kind === 'block' && each.partitions.includes(path))?.asked;

function refuseVg(host: Host, intent: SetupIntent, site: Site): Refusal[] {
  const refuse = (code: Refusal['code'], reason: string, remedy: string): Refusal[] => [
    { code, subject: `VG ${intent.vg}`, reason, remedy },
  ];
  if (!site.vg) {
    if (intent.source.kind === 'devices') return refuseNameInDev(host, intent);
    return refuse('vg-absent', 'there is no VG of that name', 'look at vgs, or name a blank disk with --device');
  }
  const unusable = refuseUnusableVg(site.vg);
  if (unusable.length > 0) return unusable;
  if (intent.source.kind === 'free-space') return [];
  if (!isOurs(site.vg)) {
    const remedy = `choose another name with --vg, or leave --device out to use the free space of ${intent.vg}`;
    return refuse('vg-exists', 'a VG of that name exists, and dmtool did not make it', remedy);
  }
  const held = host.physicalVolumes.filter((pv) => pv.vgName === intent.vg).map((pv) => pv.path);
  const asked = host.devices.map((device) => device.path);
  const others = asked.filter((path) => !held.includes(path));
  // What it was given since, by a resize, is no reason to refuse the command that made it.
  if (others.length === 0 && (site.pool !== undefined || held.length === asked.length)) return [];
  const reason = `it exists on ${held.join(', ')}, and ${asked.join(', ')} ${asked.length === 1 ? 'is' : 'are'} asked for`;
  const grow =
    site.pool &&
    shellLine([
      ...['dmtool', 'resize', '--pool', `${intent.vg}/${site.pool.name}`],
      ...others.flatMap((path) => ['--device', path]),
    ]);
  return refuse(
    'vg-devices-differ',
    reason,
    `name just the devices that it has, or another --vg${grow ? `; to give it more: ${grow}` : ''}`,
  );
}

/** vgcreate says so too, but after the disks were wiped. */
const refuseNameInDev = ({ namesInDev }: Host, { vg }: SetupIntent): Refusal[] =>
  namesInDev.includes(vg)
    ? [
        {
          code: 'vg-name-taken',
          subject: `VG ${vg}`,
          reason: `/dev/${vg} is there already, and LVM calls no VG like what is in /dev`,
          remedy: 'choose another name with --vg',
        },
      ]
    : [];

function refuseLv(intent: SetupIntent, site: Site): Refusal[] {
  if (isOurSite(site)) return [];
  return [site.pool, site.dataLv, site.metadataLv]
    .filter((lv) => lv !== undefined)
    .filter((lv) => !isOurs(lv))
    .map((lv) => ({
      code: 'lv-exists' as const,
      subject: `${intent.vg}/${lv.name}`,
      reason: 'an LV of that name exists, and dmtool did not make it',
      remedy:
        lv === site.pool
          ? `choose another name with --pool, or have it looked after: dmtool adopt --pool ${intent.vg}/${lv.name}`
          : 'choose another name with --pool',
    }));
}

/** Nothing is built on, or called as wanted, that the kernel does not run read-write and whole. */
function refuseSickPool(host: Host, { vg, pool }: SetupIntent, site: Site): Refusal[] {
  return site.pool?.active && isOurSite(site) ? refuseUnhealthy(host, vg, pool) : [];
}

/** A finished pool is left as it is; what was explicitly asked and is otherwise must not be passed over in silence. */
function refusePoolDifferences(intent: SetupIntent, site: Site): Refusal[] {
  const { vg, pool } = site;
  if (!vg || !pool || !isOurSite(site)) return [];
  const differences: [string, string][] = [];
  const wantedChunk = intent.chunkSizeBytes;
  if (wantedChunk !== undefined && pool.chunkSizeBytes !== null && wantedChunk !== pool.chunkSizeBytes) {
    const reason = `its chunk size is ${formatSize(pool.chunkSizeBytes)}, not ${formatSize(wantedChunk)}`;
    differences.push([reason, 'the chunk size is fixed when a pool is made: leave --chunk-size out']);
  }
  if (intent.data?.kind === 'size' && pool.sizeBytes < intent.data.sizeBytes) {
    const reason = `it holds ${formatSize(pool.sizeBytes)}, not ${formatSize(intent.data.sizeBytes)}`;
    differences.push([
      reason,
      `dmtool resize ${formatSizeForLvm(intent.data.sizeBytes)} --pool ${intent.vg}/${intent.pool}`,
    ]);
  }
  const metadataBytes = pool.metadataSizeBytes;
  // What LVM can't use is not asked for in earnest: metadata at its limit is as much as was wanted.
  const canGrow = metadataBytes !== null && metadataBytes + vg.extentSizeBytes <= MAX_METADATA_BYTES;
  if (canGrow && intent.metadata?.kind === 'size' && metadataBytes < intent.metadata.sizeBytes) {
    const { sizeBytes } = intent.metadata;
    const reason = `its metadata holds ${formatSize(metadataBytes)}, not ${formatSize(sizeBytes)}`;
    differences.push([
      reason,
      `dmtool resize --metadata ${formatSizeForLvm(sizeBytes)} --pool ${intent.vg}/${intent.pool}`,
    ]);
  }
  return differences.map(([reason, remedy]) => ({
    code: 'pool-differs',
    subject: `${intent.vg}/${intent.pool}`,
    reason: `the pool exists, and ${reason}`,
    remedy,
  }));
}

/** An attached profile is left as it is; flags that say otherwise must not be passed over in silence. */
function refuseProfile(host: Host, intent: SetupIntent, site: Site): Refusal[] {
  const content = fileContent(host, site.profilePath);
  if (content === null || site.pool?.profile !== site.profile) return [];
  const refuse = (reason: string, remedy: string): Refusal[] => [
    { code: 'profile-differs', subject: site.profilePath, reason, remedy },
  ];
  const values = parseProfile(content);
  if (values === null) return refuse('the attached profile sets no auto-extension', 'mend it by hand, or move it away');
  const { autoextendThreshold: threshold, autoextendPercent: percent } = intent;
  const differs =
    (threshold !== undefined && threshold !== values.thresholdPercent) ||
    (percent !== undefined && percent !== values.stepPercent);
  if (!differs) return [];
  const reason = `the pool exists, with threshold ${values.thresholdPercent} and step ${values.stepPercent}`;
  return refuse(reason, 'edit this file and run lvchange --refresh, or leave the flags out');
}
