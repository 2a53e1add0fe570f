import { openLauncher } from '../host/launcher.ts';
import { probeKernelPools } from '../host/probe-pools.ts';
import type { Host } from '../model/host.ts';
import type { KernelThinPool } from '../model/thin-pool.ts';
import { planResize } from '../plan/resize.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut } from './carry-out.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { type ResizeFlags, resizeIntent } from './resize-intent.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { profileTemplate } from './shipped.ts';

/** `dmtool resize`, from its flags to its answer. */
export async function runResize(
  flags: ResizeFlags & RunFlags,
  root: string,
  say: (text: string) => void,
): Promise<Answer> {
  const options = runOptions(flags, say);
  const intent = resizeIntent(flags, profileTemplate(root));
  const docker = (await isQueueing()) ? null : DOCKER_PLACES;
  const scope = {
    devices: flags.device ?? [],
    profiles: 'all',
    docker,
    thinDevices: false,
    backingDevices: true,
  } as const;
  const request = { purpose: 'resize', scope, plan: (host: Host) => planResize(host, intent) };
  return answerFor(await carryOut(request, options));
}

/** A daemon whose pool is full may not answer for as long as its writers wait, and their time is running out. */
async function isQueueing(): Promise<boolean> {
  if (process.geteuid?.() !== 0) return false;
  await using launcher = openLauncher();
  return (await probeKernelPools(launcher)).some(isOutOfSpace);
}

const isOutOfSpace = ({ status }: KernelThinPool): boolean =>
  status.state === 'working' && status.mode === 'out_of_data_space';
