import type { Host } from '../model/host.ts';
import type { SetupIntent } from '../model/intent.ts';
import { isAdopted } from '../model/lvm.ts';
import { type PoolOwnership, recordName } from '../model/ownership.ts';
import { metadataGuidelineBytes } from '../model/pool-metadata.ts';
import { lvremove, pvremove, vgremove } from '../tools/lvm-commands.ts';
import { zeroMebibyte } from '../tools/wipefs.ts';
import { formatSize } from '../units/size.ts';
import { hostWarnings } from './care-warnings.ts';
import { holds } from './condition.ts';
import { exec } from './make-step.ts';
import { refuseUnfinishedEngine } from './other-engine.ts';
import { type Design, designPool } from './setup-design.ts';
import { deviceSteps, plannedDevices } from './setup-device-steps.ts';
import { refuseSetup } from './setup-refusals.ts';
import { type Site, surveySite } from './setup-site.ts';
import { careSteps, poolSteps } from './setup-steps.ts';
import type { Action, Planned } from './step.ts';

/** Plans a pool that is for no engine. */
export function planPoolAlone(host: Host, intent: SetupIntent): Planned {
  const refusals = refuseUnfinishedEngine(host, recordName(intent.vg, intent.pool));
  return refusals.length > 0 ? { kind: 'refused', refusals } : planSetup(host, intent);
}

/**
 * Plans the documented direct-lvm procedure (reference: "Configure direct-lvm mode manually", steps 4 to 11) for what is
 * still missing on this host: nothing when the pool is as wanted, the rest when an earlier run was cut off.
 */
export function planSetup(host: Host, intent: SetupIntent): Planned {
  const site = surveySite(host, intent);
  const refusals = refuseSetup(host, intent, site);
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const design = designPool(host, intent, site);
  if ('code' in design) return { kind: 'refused', refusals: [design] };

  const makesVg = intent.source.kind === 'devices';
  const all = [
    ...(makesVg ? deviceSteps(host, intent, site, design) : []),
    ...poolSteps(intent, site, design),
    ...careSteps(intent, site, design),
  ];
  const missing = all.filter(({ done }) => !holds(done, host));
  // A run that was killed after its last step is still to be read back, so that its record can be closed.
  const steps = missing.length === 0 && site.record ? all.filter(({ onlyIfNeeded }) => onlyIfNeeded) : missing;
  const last = steps.at(-1);
  const healthy = { is: 'pool-healthy', vg: intent.vg, pool: intent.pool } as const;
  const owns = ownershipOf(host, intent, site);
  const name = recordName(intent.vg, intent.pool);
  const isForeign = site.pool !== undefined && isAdopted(site.pool);
  return {
    kind: 'ready',
    plan: {
      subject: `Thin pool ${name}`,
      // Whatever was missing, in the end the kernel runs the pool in health.
      steps: last ? [...steps.slice(0, -1), { ...last, expect: [...last.expect, healthy] }] : [],
      warnings: warningsFor(host, intent, site, design),
      notes: [],
      owns: { name, pool: owns, docker: null },
      record: 'forget',
      summary: design.summary,
      endings: {
        done: `Thin pool ${name} is ready: ${isForeign ? '' : 'made, '}watched and read back.`,
        nothingToDo: `Thin pool ${name} is as wanted: nothing to do, nothing changed.`,
      },
      // What somebody else made is not removed to take a run back.
      undoCommand: isForeign ? null : ['dmtool', 'teardown', '--vg', intent.vg, '--pool', intent.pool],
      wayBack: isForeign ? [] : wayBackFor(owns, site),
    },
  };
}

const ownershipOf = (host: Host, intent: SetupIntent, site: Site): PoolOwnership => ({
  vg: intent.vg,
  pool: intent.pool,
  makesVg: intent.source.kind === 'devices',
  devices: plannedDevices(host, intent, site).map(({ device, pvUuid }) => ({
    path: device.path,
    sizeBytes: device.sizeBytes,
    pvUuid,
  })),
  profilePath: site.profilePath,
});

/** A VG that holds more than this pool is not to be removed with it. */
const holdsOthers = (owns: PoolOwnership, { vg, metadataName }: Site): boolean =>
  vg?.logicalVolumes.some(
    ({ name, kind, role, poolLv }) =>
      (kind === 'thin-pool' || role.includes('public')) && ![name, poolLv].includes(owns.pool) && name !== metadataName,
  ) === true;

/** What removes the pool again, typed in order. */
function wayBackFor(owns: PoolOwnership, site: Site): Action[] {
  const pool = exec(lvremove(owns.vg, owns.pool));
  const profile: Action = { kind: 'remove-file', path: owns.profilePath };
  if (holdsOthers(owns, site)) return [pool, profile];
  const paths = owns.devices.map(({ path }) => path);
  return [
    pool,
    ...(owns.makesVg ? [vgremove(owns.vg), ...paths.map(pvremove)] : []).map(exec),
    ...paths.map((path) => exec(zeroMebibyte(path, 0n))),
    profile,
  ];
}

function warningsFor(host: Host, intent: SetupIntent, site: Site, design: Design): string[] {
  const { thresholdPercent, stepPercent, times, firstStepBytes } = design.summary.autoextend;
  const { dataSizeBytes, metadataSizeBytes, freeBytes } = design.summary;
  const warnings: string[] = [];
  if (site.pool && (intent.data || intent.metadata || intent.headroom)) {
    warnings.push('Sizes and --headroom are for a pool still to be made: this one exists, and keeps its size.');
  }
  if (thresholdPercent === 100) {
    warnings.push('A threshold of 100 switches auto-extension off.');
  } else if (stepPercent === 0) {
    warnings.push(
      'The VG has no room for even the smallest step: auto-extension is off. --headroom keeps room for one.',
    );
  } else if (times === 0 && !site.pool) {
    warnings.push(
      `Auto-extension can't run: a step of ${stepPercent} % is ${formatSize(firstStepBytes)}, and the VG has ${formatSize(freeBytes)} left. --headroom keeps room for it.`,
    );
  }
  const guideline = metadataGuidelineBytes(dataSizeBytes, design.chunkSizeBytes);
  if (metadataSizeBytes < guideline) {
    warnings.push(
      `Metadata of ${formatSize(metadataSizeBytes)} is less than the kernel's guideline, ${formatSize(guideline)}: it may fill up before the data does.`,
    );
  }
  warnings.push(...hostWarnings(host));
  const asked = host.devices.map(({ path }) => path);
  for (const owned of site.record?.devices ?? []) {
    if (asked.length === 0 || asked.includes(owned.path)) continue;
    warnings.push(`An unfinished setup of this pool had begun on ${owned.path}: look at pvs, it may be left as a PV.`);
  }
  return warnings;
}
