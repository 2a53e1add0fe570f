import { type BlockDevice, isBlank } from '../model/device.ts';
import type { Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import { findLv, isOurs, SPARE_LV } from '../model/lvm.ts';
import type { Argv } from '../tools/argv.ts';
import * as lvm from '../tools/lvm-commands.ts';
import { wipefsAll, zeroMebibyte } from '../tools/wipefs.ts';
import { extentsToBytes, MIB } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { listSignatures } from './condition.ts';
import { describeContent } from './device-preflight.ts';
import type { Design } from './setup-design.ts';
import { isOurDevice, ownedDevice, type Site } from './setup-site.ts';
import type { Action, Step } from './step.ts';

const exec = (argv: Argv): Action => ({ kind: 'exec', argv });

/** What most steps share: nothing to take back, nothing destroyed, and done when what is expected is seen. */
const step = (facts: Pick<Step, 'id' | 'title' | 'do' | 'done'> & Partial<Step>): Step => ({
  undo: [],
  destroys: null,
  expect: [facts.done],
  onlyIfNeeded: false,
  ...facts,
});

/** A device with the UUID that its PV has, or will have. */
export interface PlannedDevice {
  device: BlockDevice;
  pvUuid: string;
}

/** The devices of the run with their UUIDs: the one in the journal when an earlier run was cut off, a new one otherwise. */
export const plannedDevices = (host: Host, intent: SetupIntent, site: Site): PlannedDevice[] =>
  host.devices
    .filter((device) => device.kind === 'block')
    .map((device, index) => {
      const pv = host.physicalVolumes.find(({ path }) => path === device.path);
      const pvUuid = pv?.uuid ?? ownedDevice(site, device)?.pvUuid ?? (intent.newPvUuids[index] as string);
      return { device, pvUuid };
    });

/** Steps of the procedure that touch the devices themselves: wipe where agreed, pvcreate, vgcreate. */
export function deviceSteps(host: Host, intent: SetupIntent, site: Site, design: Design): Step[] {
  const devices = plannedDevices(host, intent, site);
  const paths = devices.map(({ device }) => device.path);
  return [
    ...devices
      .filter(({ device }) => !isBlank(device) && !isOurDevice(host, site, device))
      .flatMap(({ device }) => wipeSteps(device)),
    ...devices.map(({ device, pvUuid }) => pvcreateStep(device, pvUuid, intent.vg)),
    step({
      id: 'vgcreate',
      title: `Make VG ${intent.vg} on ${paths.join(' and ')}`,
      do: exec(lvm.vgcreate(intent.vg, paths)),
      undo: [{ when: { is: 'our-volume-group', vg: intent.vg }, do: exec(lvm.vgremove(intent.vg)) }],
      done: { is: 'our-volume-group', vg: intent.vg },
      expect: [{ is: 'volume-group', vg: intent.vg, extentCount: design.vgExtents }],
    }),
  ];
}

function wipeSteps(device: BlockDevice): Step[] {
  const { path } = device;
  const done = { is: 'device-blank', device: path } as const;
  const zero = (id: string, where: string, offsetBytes: bigint): Step =>
    step({
      id: `${id}:${path}`,
      title: `Zero the ${where} MiB of ${path}`,
      do: exec(zeroMebibyte(path, offsetBytes)),
      done,
      expect: [],
    });
  return [
    step({
      id: `wipefs:${path}`,
      title: `Wipe the signatures of ${path}`,
      do: exec(wipefsAll(path)),
      destroys: `everything on ${path} (${formatSize(device.sizeBytes)}): ${describeContent(device)}`,
      // Without a signature nothing shows whether the wipe began: then all is told as lost.
      ...(device.signatures.length > 0
        ? { spared: { is: 'signatures', device: path, found: listSignatures(device) } }
        : {}),
      done,
      expect: [],
    }),
    zero('zero-start', 'first', 0n),
    zero('zero-end', 'last', device.sizeBytes - MIB),
  ];
}

function pvcreateStep(device: BlockDevice, uuid: string, vg: string): Step {
  const { path } = device;
  const made = { is: 'physical-volume', device: path, uuid } as const;
  return step({
    id: `pvcreate:${path}`,
    title: `Make ${path} a physical volume`,
    do: exec(lvm.pvcreate(path, uuid)),
    // pvremove leaves its metadata area behind: a device that was blank is blank again only after the zeros.
    undo: [
      { when: { is: 'our-physical-volume', device: path, uuid, vg }, do: exec(lvm.pvremove(path)) },
      { when: { is: 'begun-physical-volume', device: path, uuid, vg }, do: exec(zeroMebibyte(path, 0n)) },
    ],
    destroys: `${path} (${formatSize(device.sizeBytes)}) becomes an LVM physical volume`,
    done: made,
  });
}

/** Steps that make the two LVs and turn them into the pool. */
export function poolSteps(intent: SetupIntent, site: Site, design: Design): Step[] {
  const { vg, pool } = intent;
  const { dataExtents, metadataExtents } = design.size;
  const extentSizeBytes = site.vg?.extentSizeBytes ?? lvm.EXTENT_SIZE_BYTES;
  const createLv = (part: 'data' | 'metadata', lv: string, extentCount: typeof dataExtents): Step =>
    step({
      id: `lvcreate:${lv}`,
      title: `Make LV ${vg}/${lv} for ${part}, ${formatSize(extentsToBytes(extentCount, extentSizeBytes))}`,
      do: exec(lvm.lvcreate(vg, lv, extentCount)),
      undo: [{ when: { is: 'our-volume', vg, lv }, do: exec(lvm.lvremove(vg, lv)) }],
      done: { is: 'pool-part', vg, lv, pool, part, extentCount },
    });
  const convert: Step = step({
    id: 'lvconvert',
    title: `Turn both into thin pool ${vg}/${pool}, chunk size ${formatSize(design.chunkSizeBytes)}`,
    do: exec(
      lvm.lvconvertToThinPool({
        vg,
        data: pool,
        metadata: site.metadataName,
        chunkSizeBytes: design.chunkSizeBytes,
      }),
    ),
    undo: [
      { when: { is: 'thin-pool', vg, pool }, do: exec(lvm.lvremove(vg, pool)) },
      // A spare that stood there before is not ours to remove.
      ...(findLv(site.vg, SPARE_LV) === undefined
        ? [{ when: { is: 'unused-spare', vg } as const, do: exec(lvm.lvremove(vg, SPARE_LV)) }]
        : []),
    ],
    done: { is: 'thin-pool', vg, pool },
  });
  return [createLv('data', pool, dataExtents), createLv('metadata', site.metadataName, metadataExtents), convert];
}

/** Steps that have the pool watched and extended: profile, monitoring, low water mark. */
export function careSteps(intent: SetupIntent, site: Site, design: Design): Step[] {
  const { vg, pool } = intent;
  const { profile, profilePath, pool: before } = site;
  const previous = before?.profile ?? null;
  const steps: Step[] = [
    step({
      id: 'profile',
      title: `Write ${profilePath}`,
      do: { kind: 'write-file', path: profilePath, content: design.profileContent, mode: 0o644 },
      undo: [
        {
          when: { is: 'file-is', path: profilePath, content: design.profileContent },
          do: { kind: 'remove-file', path: profilePath },
        },
      ],
      done: { is: 'file-is', path: profilePath, content: design.profileContent },
    }),
    step({
      id: 'attach-profile',
      title: `Attach profile ${profile} to ${vg}/${pool}`,
      do: exec(lvm.lvchangeProfile(vg, pool, profile)),
      undo: before
        ? [
            {
              when: { is: 'profile-attached', vg, pool, profile },
              do: exec(lvm.lvchangeRestoreProfile(vg, pool, previous, isOurs(before))),
            },
          ]
        : [],
      done: { is: 'profile-attached', vg, pool, profile },
    }),
    activateStep(vg, pool, before !== undefined),
    step({
      id: 'monitor',
      title: `Have dmeventd watch ${vg}/${pool}`,
      do: exec(lvm.lvchangeMonitor(vg, pool)),
      done: { is: 'monitored', vg, pool },
      onlyIfNeeded: true,
    }),
  ];
  // With a threshold of 100 nothing is ever extended, and LVM sets no mark.
  if (design.autoextend.thresholdPercent < 100) {
    steps.push(
      step({
        id: 'refresh',
        title: 'Set the low water mark in the kernel',
        do: exec(lvm.lvchangeRefresh(vg, pool)),
        done: { is: 'low-water-mark', vg, pool },
        onlyIfNeeded: true,
      }),
    );
  }
  const last = steps.at(-1) as Step;
  return [...steps.slice(0, -1), { ...last, expect: [...last.expect, { is: 'pool-healthy', vg, pool }] }];
}

const activateStep = (vg: string, pool: string, stoodBefore: boolean): Step =>
  step({
    id: 'activate',
    title: `Activate ${vg}/${pool}, watched by dmeventd`,
    do: exec(lvm.lvchangeActivate(vg, pool)),
    undo: stoodBefore ? [{ when: { is: 'pool-active', vg, pool }, do: exec(lvm.lvchangeDeactivate(vg, pool)) }] : [],
    done: { is: 'pool-active', vg, pool },
  });
