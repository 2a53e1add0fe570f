import type { Host } from '../model/host.ts';
import { LOOP_RECORD, recordName } from '../model/ownership.ts';
import { planSetup } from '../plan/setup.ts';
import { planSetupWithDocker } from '../plan/setup-docker.ts';
import { planLoopSetup } from '../plan/setup-loop.ts';
import type { Planned } from '../plan/step.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { type DockerFlags, dockerIntent, loopIntent } from './docker-intent.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { imageScope } from './image-scope.ts';
import { type SetupFlags, setupIntent } from './setup-intent.ts';
import { profileTemplate } from './shipped.ts';
import { parseDuration, waitForDevices } from './wait-for-devices.ts';

/** Flags of every command that changes something. */
export interface RunFlags {
  'dry-run': boolean;
  yes: boolean;
  json: boolean;
  verbose: boolean;
}

interface AllFlags extends SetupFlags, DockerFlags, RunFlags {
  wait: string;
}

/** What is wanted, and how to plan it. */
interface Wish {
  purpose: string;
  profiles: readonly string[] | 'all';
  usesDocker: boolean;
  /** Of the record. */
  name: string;
  plan: (host: Host) => Planned;
}

/**
 * `dmtool setup`, from its flags to its answer.
 * @param root where dmtool is installed: the profile's template lies there
 */
export async function runSetup(flags: AllFlags, root: string, say: (text: string) => void): Promise<Answer> {
  const wish = flags.loop === undefined ? poolWish(flags, root) : loopWish(flags);
  const devices = flags.device ?? [];
  await waitForDevices(devices, parseDuration('--wait', flags.wait), say);
  const docker = wish.usesDocker ? DOCKER_PLACES : null;
  const images = imageScope(flags, wish.name);
  const scope = {
    devices,
    profiles: wish.profiles,
    docker,
    thinDevices: wish.usesDocker,
    backingDevices: false,
    images,
  };
  const { purpose, plan } = wish;
  return answerFor(await carryOut({ purpose, scope, plan }, { ...flags, dryRun: flags['dry-run'], say }));
}

function poolWish(flags: AllFlags, root: string): Wish {
  const docker = dockerIntent(flags, 'direct-lvm');
  const intent = setupIntent(flags, profileTemplate(root));
  return {
    purpose: `setup of ${intent.vg}/${intent.pool}`,
    profiles: 'all',
    usesDocker: docker !== null,
    name: recordName(intent.vg, intent.pool),
    plan: (host) => (docker === null ? planSetup(host, intent) : planSetupWithDocker(host, intent, docker)),
  };
}

function loopWish(flags: AllFlags): Wish {
  const docker = dockerIntent(flags, 'loop-lvm');
  const intent = loopIntent(flags, docker);
  return {
    purpose: 'setup of loop-lvm',
    profiles: [],
    usesDocker: true,
    name: LOOP_RECORD,
    plan: (host) => planLoopSetup(host, intent.loop, intent.docker),
  };
}
