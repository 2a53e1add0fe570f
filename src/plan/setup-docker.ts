import { hasDevicemapperDriver } from '../engines/docker/version.ts';
import type { DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, DockerTarget, SetupIntent } from '../model/intent.ts';
import { recordName } from '../model/ownership.ts';
import { bootSteps, bootWayBack, dockerBootUnit } from './boot-steps.ts';
import { dockerNotes, dockerWarnings } from './docker-notes.ts';
import { refuseDocker, refuseMove } from './docker-refusals.ts';
import { type DockerSite, surveyDocker } from './docker-site.ts';
import { dockerSteps } from './docker-steps.ts';
import { dockerWayBack } from './docker-way-back.ts';
import { hasLooked } from './host-refusals.ts';
import { keepAround } from './keep-around.ts';
import { refuseKeep } from './keep-refusals.ts';
import { refuseContainerdsRecord } from './other-engine.ts';
import { planSetup } from './setup.ts';
import { planSetupWithStore } from './setup-docker-store.ts';
import type { Plan, Planned, PoolSummary } from './step.ts';

/**
 * Plans the whole documented procedure: the pool, and Docker on it. The pool is made first, while Docker runs on: what
 * goes wrong there stops nobody, and Docker stands still only for as long as its own part takes.
 */
export function planSetupWithDocker(host: Host, intent: SetupIntent, dockerIntent: DockerIntent): Planned {
  const { docker } = host;
  if (docker !== null && !hasDevicemapperDriver(docker.version)) {
    return planSetupWithStore(host, docker, intent, dockerIntent);
  }
  const pool = planSetup(host, intent);
  if (!hasLooked(host)) return pool;
  const name = recordName(intent.vg, intent.pool);
  const standing = [...refuseDocker(docker, host.programs), ...refuseContainerdsRecord(host, name)];
  const refusals = [...(pool.kind === 'refused' ? pool.refusals : []), ...standing];
  if (pool.kind === 'refused' || standing.length > 0) return { kind: 'refused', refusals };
  const { summary } = pool.plan;
  const target = targetFor(summary as PoolSummary);
  const site = surveyDocker(host, docker as DockerFacts, name, dockerIntent, target);
  const moving = [...refuseMove(host, site), ...refuseKeep(host, site)];
  if (moving.length > 0) return { kind: 'refused', refusals: moving };
  return { kind: 'ready', plan: keepAround(host, site, joinPlans(host, intent, pool.plan, site)) };
}

const targetFor = ({ device, dataSizeBytes, metadataSizeBytes, chunkSizeBytes }: PoolSummary): DockerTarget => ({
  kind: 'direct-lvm',
  device,
  poolName: device.slice('/dev/mapper/'.length),
  dataSizeBytes,
  metadataSizeBytes,
  chunkSizeBytes,
});

function joinPlans(host: Host, intent: SetupIntent, pool: Plan, site: DockerSite): Plan {
  const steps = dockerSteps(host, site);
  const boot = dockerBootUnit(site.docker, intent.vg, intent.pool);
  const { name } = pool.owns;
  return {
    ...pool,
    subject: `${pool.subject}, and Docker ${site.docker.version} on it`,
    // Before Docker starts on the pool; one that runs on it already is not touched for that.
    steps: [...pool.steps, ...(boot === null ? [] : bootSteps(host, boot)), ...steps],
    warnings: [...pool.warnings, ...dockerWarnings(site)],
    notes: steps.length > 0 ? dockerNotes(site) : [],
    owns: { ...pool.owns, docker: site.owns },
    record: 'keep',
    endings: {
      done: `Docker runs on thin pool ${name}: made, watched, and read back from the kernel and from Docker.`,
      nothingToDo: `Docker runs on thin pool ${name} as wanted: nothing to do, nothing changed.`,
    },
    undoCommand: ['dmtool', 'teardown', '--vg', intent.vg, '--pool', intent.pool],
    wayBack: dockerWayBack(site, [...(boot === null ? [] : bootWayBack(boot)), ...pool.wayBack]),
  };
}
