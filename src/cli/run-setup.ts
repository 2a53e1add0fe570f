import type { ProbeScope } from '../host/probe-scope.ts';
import type { Host } from '../model/host.ts';
import type { DockerIntent, LoopIntent } from '../model/intent.ts';
import { LOOP_RECORD, recordName } from '../model/ownership.ts';
import { FILES_POOL } from '../model/raw-pool.ts';
import { filesPool } from '../plan/files-pool.ts';
import { OWN_RECORD } from '../plan/own-setup-site.ts';
import { planPoolAlone } from '../plan/setup.ts';
import { planFilesWithContainerd, planSetupWithContainerd } from '../plan/setup-containerd.ts';
import { planSetupWithDocker } from '../plan/setup-docker.ts';
import { planLoopSetup } from '../plan/setup-loop.ts';
import { planProvisionedSetup } from '../plan/setup-provisioned.ts';
import type { Planned } from '../plan/step.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { containerdIntent } from './containerd-intent.ts';
import { CONTAINERD_FOR_DOCKER, CONTAINERD_SETTINGS } from './containerd-scope.ts';
import { type DockerFlags, dockerIntent, loopIntent } from './docker-intent.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { parseDuration } from './duration.ts';
import { imageScope } from './image-scope.ts';
import { provisionIntent } from './provision-intent.ts';
import { runOptions } from './run-options.ts';
import { type SetupFlags, setupIntent } from './setup-intent.ts';
import { profileTemplate } from './shipped.ts';
import { waitForDevices } from './wait-for-devices.ts';

/** Flags of every command that changes something. */
export interface RunFlags {
  'dry-run': boolean;
  yes: boolean;
  json: boolean;
  verbose: boolean;
  'lock-timeout'?: string | undefined;
}

interface AllFlags extends SetupFlags, DockerFlags, RunFlags {
  wait: string;
  /** Who makes the pool: dmtool or docker. */
  provisioner: string;
}

/** What is wanted, and how to plan it. */
interface Wish {
  purpose: string;
  profiles: readonly string[] | 'all';
  usesDocker: boolean;
  containerd: ProbeScope['containerd'];
  activation?: ProbeScope['activation'];
  /** Of the record. */
  name: string;
  plan: (host: Host) => Planned;
}

/**
 * `dmtool setup`, from its flags to its answer.
 * @param root where dmtool is installed: the profile's template lies there
 */
export async function runSetup(flags: AllFlags, root: string, say: (text: string) => void): Promise<Answer> {
  const wish = wishOf(flags, root);
  const options = runOptions(flags, say);
  const devices = flags.device ?? [];
  await waitForDevices(devices, parseDuration('--wait', flags.wait), say);
  const { profiles, usesDocker, containerd, activation } = wish;
  const scope = {
    ...{ devices, profiles, docker: usesDocker ? DOCKER_PLACES : null, images: imageScope(flags, wish.name) },
    ...(containerd && { containerd }),
    ...(activation && { activation }),
    ...{ thinDevices: usesDocker, backingDevices: false },
  };
  const { purpose, plan } = wish;
  return answerFor(await carryOut({ purpose, scope, plan }, options));
}

function wishOf(flags: AllFlags, root: string): Wish {
  if (flags.provisioner === 'docker') return provisionWish(flags);
  return flags.loop === undefined ? poolWish(flags, root) : loopWish(flags);
}

function poolWish(flags: AllFlags, root: string): Wish {
  if (flags.engine === 'containerd') return containerdWish(flags, root);
  const docker = dockerIntent(flags, 'direct-lvm');
  const intent = setupIntent(flags, profileTemplate(root));
  return {
    purpose: `setup of ${intent.vg}/${intent.pool}`,
    profiles: 'all',
    usesDocker: docker !== null,
    containerd: CONTAINERD_FOR_DOCKER,
    name: recordName(intent.vg, intent.pool),
    plan: (host) => (docker === null ? planPoolAlone(host, intent) : planSetupWithDocker(host, intent, docker)),
  };
}

function containerdWish(flags: AllFlags, root: string): Wish {
  const wanted = containerdIntent(flags);
  const intent = setupIntent(flags, profileTemplate(root));
  return {
    name: recordName(intent.vg, intent.pool),
    purpose: `setup of ${intent.vg}/${intent.pool}`,
    profiles: 'all',
    // Docker may be on the pool already.
    usesDocker: true,
    containerd: CONTAINERD_SETTINGS,
    plan: (host) => planSetupWithContainerd(host, intent, wanted),
  };
}

function loopWish(flags: AllFlags): Wish {
  const sizes = loopIntent(flags);
  if (flags.engine === 'containerd') return filesWish(flags, sizes);
  // Without an engine there are no files either: that was said by now.
  const docker = dockerIntent(flags, 'loop-lvm') as DockerIntent;
  return {
    purpose: 'setup of loop-lvm',
    profiles: [],
    usesDocker: true,
    containerd: undefined,
    name: LOOP_RECORD,
    plan: (host) => planLoopSetup(host, sizes, docker),
  };
}

function filesWish(flags: AllFlags, sizes: LoopIntent): Wish {
  const wanted = containerdIntent(flags);
  return {
    purpose: `setup of ${FILES_POOL}`,
    profiles: [],
    usesDocker: true,
    containerd: CONTAINERD_SETTINGS,
    activation: { besides: [filesPool(sizes)] },
    name: FILES_POOL,
    plan: (host) => planFilesWithContainerd(host, sizes, wanted),
  };
}

function provisionWish(flags: AllFlags): Wish {
  const intent = provisionIntent(flags);
  return {
    name: OWN_RECORD,
    purpose: "setup of Docker's own pool",
    profiles: 'all',
    usesDocker: true,
    containerd: undefined,
    plan: (host) => planProvisionedSetup(host, intent.pool, intent.docker),
  };
}
