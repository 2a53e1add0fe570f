import { OWN_SETUP_FORCE } from '../engines/docker/option-table.ts';
import { OWN_POOL, OWN_VG, ownSetupOptions } from '../engines/docker/own-setup.ts';
import { OWN_SETUP_POOL } from '../engines/docker/pool-of.ts';
import type { BlockDevice, DeviceFacts } from '../model/device.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, DockerTarget, ProvisionIntent } from '../model/intent.ts';
import type { PoolOwnership } from '../model/ownership.ts';
import { pvremove, vgremoveWhole } from '../tools/lvm-commands.ts';
import { zeroMebibyte } from '../tools/wipefs.ts';
import { bootWayBack, dockerBootUnit } from './boot-steps.ts';
import { dockerNotes, dockerWarnings } from './docker-notes.ts';
import { refuseDocker, refuseMove } from './docker-refusals.ts';
import { surveyDocker } from './docker-site.ts';
import { dockerWayBack } from './docker-way-back.ts';
import { hasLooked, refuseKernel, refusePrograms, refuseUser } from './host-refusals.ts';
import { exec } from './make-step.ts';
import { describeMade, designOwnSetup, type OwnDesign } from './own-setup-design.ts';
import { refuseOwnSetup } from './own-setup-refusals.ts';
import { OWN_PROFILE_PATH, OWN_RECORD, type OwnSetupSite, surveyOwnSetup } from './own-setup-site.ts';
import { ownSetupWarnings } from './own-setup-warnings.ts';
import { type Provision, provisionSteps } from './provision-steps.ts';
import type { Action, Plan, Planned } from './step.ts';

/**
 * Plans the other documented procedure (reference: "Allow Docker to configure direct-lvm mode"): Docker makes the pool of
 * one device by itself when it starts. What it does not look at is looked at before, and what it leaves undone is done
 * after.
 */
export function planProvisionedSetup(host: Host, intent: ProvisionIntent, dockerIntent: DockerIntent): Planned {
  const blind = [...refuseUser(host), ...refusePrograms(host)];
  if (!hasLooked(host)) return { kind: 'refused', refusals: blind };
  const standing = [...blind, ...refuseKernel(host), ...refuseDocker(host.docker, host.programs)];
  const { docker } = host;
  if (docker === null) return { kind: 'refused', refusals: standing };
  const own = surveyOwnSetup(host, docker, host.devices[0] as DeviceFacts);
  const refusals = [...standing, ...refuseOwnSetup(host, intent, own)];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  // Nothing but a device that is there was let through.
  const device = own.device as BlockDevice;
  const design = own.made ? describeMade(host, own.made) : designOwnSetup(intent, device);
  if ('code' in design) return { kind: 'refused', refusals: [design] };
  const site = surveyDocker(host, docker, OWN_RECORD, dockerIntent, targetFor(intent, own, design));
  const moving = refuseMove(host, site);
  if (moving.length > 0) return { kind: 'refused', refusals: moving };
  return { kind: 'ready', plan: provisionPlan({ host, own, device, design, site }) };
}

/** What stands in daemon.json of force stays, once it has done its work: Docker heeds it no more. */
const targetFor = ({ wipe }: ProvisionIntent, { made, docker }: OwnSetupSite, { setup }: OwnDesign): DockerTarget => ({
  kind: 'own-setup',
  poolName: OWN_SETUP_POOL,
  setupOptions: ownSetupOptions(
    setup,
    made === null ? wipe : (docker.config.content ?? '').includes(`"${OWN_SETUP_FORCE}=true"`),
  ),
});

function provisionPlan(parts: Provision): Plan {
  const { host, own, device, design, site } = parts;
  const boot = dockerBootUnit(site.docker, OWN_VG, OWN_POOL);
  const steps = provisionSteps(parts);
  const last = steps.at(-1);
  const healthy = { is: 'pool-healthy', vg: OWN_VG, pool: OWN_POOL } as const;
  return {
    subject: `Thin pool ${OWN_RECORD}, which Docker ${site.docker.version} makes of ${device.path}`,
    // Whatever was missing, in the end the kernel runs the pool in health.
    steps: last ? [...steps.slice(0, -1), { ...last, expect: [...last.expect, healthy] }] : [],
    warnings: [...ownSetupWarnings(host, own, design), ...dockerWarnings(site)],
    notes: steps.some(({ id }) => id === 'start-docker') ? dockerNotes(site) : [],
    owns: { name: OWN_RECORD, pool: ownershipOf(device), docker: site.owns },
    record: 'keep',
    summary: design.summary,
    endings: {
      done: `Docker runs on thin pool ${OWN_RECORD}, which it made of ${device.path}: watched, and read back from the kernel and from Docker.`,
      nothingToDo: `Docker runs on thin pool ${OWN_RECORD}, which it made of ${device.path}, as wanted: nothing to do, nothing changed.`,
    },
    undoCommand: ['dmtool', 'teardown', '--vg', OWN_VG, '--pool', OWN_POOL],
    wayBack: dockerWayBack(site, [...(boot === null ? [] : bootWayBack(boot)), ...wayBackFor(device)]),
  };
}

const ownershipOf = ({ path, sizeBytes }: BlockDevice): PoolOwnership => ({
  vg: OWN_VG,
  pool: OWN_POOL,
  makesVg: true,
  devices: [{ path, sizeBytes, pvUuid: '' }],
  profilePath: OWN_PROFILE_PATH,
  provisionedBy: 'docker',
});

/** What removes the pool again, typed in order. */
const wayBackFor = ({ path }: BlockDevice): Action[] => [
  exec(vgremoveWhole(OWN_VG)),
  exec(pvremove(path)),
  exec(zeroMebibyte(path, 0n)),
  { kind: 'remove-file', path: OWN_PROFILE_PATH },
];
