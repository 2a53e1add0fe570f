import type { DockerFacts } from '../model/docker.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, LoopIntent } from '../model/intent.ts';
import { LOOP_RECORD } from '../model/ownership.ts';
import { formatSize } from '../units/size.ts';
import { dockerNotes, dockerWarnings } from './docker-notes.ts';
import { refuseDocker, refuseMove } from './docker-refusals.ts';
import { surveyDocker } from './docker-site.ts';
import { dockerSteps } from './docker-steps.ts';
import { dockerWayBack } from './docker-way-back.ts';
import { hasLooked, refuseKernel, refusePrograms, refuseUser } from './host-refusals.ts';
import { keepAround } from './keep-around.ts';
import { refuseKeep } from './keep-refusals.ts';
import type { Planned } from './step.ts';

/**
 * Plans the documented procedure for loop-lvm (reference: "Configure loop-lvm mode for testing"): Docker makes the two
 * files and the pool on them by itself.
 */
export function planLoopSetup(host: Host, intent: LoopIntent, dockerIntent: DockerIntent): Planned {
  const standing = hasLooked(host)
    ? [...refuseKernel(host), ...refuseDocker(host.docker, host.programs)]
    : [...refuseUser(host), ...refusePrograms(host)];
  if (standing.length > 0) return { kind: 'refused', refusals: standing };
  const docker = host.docker as DockerFacts;
  const site = surveyDocker(host, docker, LOOP_RECORD, dockerIntent, { kind: 'loop-lvm', ...intent });
  const moving = [...refuseMove(host, site), ...refuseKeep(host, site)];
  if (moving.length > 0) return { kind: 'refused', refusals: moving };
  const steps = dockerSteps(host, site);
  const files = `${docker.dataRoot.path}/devicemapper/devicemapper`;
  return {
    kind: 'ready',
    plan: keepAround(host, site, {
      subject: `Docker ${docker.version} on files in ${files} (loop-lvm)`,
      steps,
      warnings: [...loopWarnings(docker, intent), ...dockerWarnings(site)],
      notes: steps.length > 0 ? dockerNotes(site) : [],
      owns: { name: LOOP_RECORD, pool: null, docker: site.owns },
      record: 'keep',
      summary: null,
      endings: {
        done: `Docker runs on files in ${files} (loop-lvm). This is for testing: never for production.`,
        nothingToDo: 'Docker runs on files (loop-lvm) as wanted: nothing to do, nothing changed.',
      },
      undoCommand: ['dmtool', 'teardown', '--loop'],
      wayBack: dockerWayBack(site, []),
    }),
  };
}

function loopWarnings({ dataRoot }: DockerFacts, { dataSizeBytes, metadataSizeBytes }: LoopIntent): string[] {
  const testing =
    'loop-lvm is for testing only: loop devices are slow, and a full filesystem under them breaks the pool. For production name a disk with --device.';
  if (dataSizeBytes + metadataSizeBytes <= dataRoot.freeBytes) return [testing];
  const promised = formatSize(dataSizeBytes);
  const free = formatSize(dataRoot.freeBytes);
  return [
    testing,
    `The data file promises ${promised}, and its filesystem has ${free} free: the file is sparse, and writing fails when that is used up.`,
  ];
}
