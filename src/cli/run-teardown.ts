import type { Host } from '../model/host.ts';
import type { TeardownIntent } from '../model/intent.ts';
import { filesPool } from '../plan/files-pool.ts';
import { planTeardown } from '../plan/teardown.ts';
import { bytes } from '../units/quantity.ts';
import { answerFor } from './answer-ending.ts';
import type { Answer } from './base-command.ts';
import { carryOut, look } from './carry-out.ts';
import { CONTAINERD_WHOLE } from './containerd-scope.ts';
import { DOCKER_PLACES } from './docker-places.ts';
import { runOptions } from './run-options.ts';
import type { RunFlags } from './run-setup.ts';
import { profileTemplate } from './shipped.ts';
import { UsageError } from './usage-error.ts';

/** What is to be taken back, as it was typed. */
interface TeardownFlags extends RunFlags {
  vg?: string | undefined;
  pool?: string | undefined;
  loop: boolean;
}

/** `dmtool teardown`, from its flags to its answer. */
export async function runTeardown(flags: TeardownFlags, root: string, say: (text: string) => void): Promise<Answer> {
  const options = runOptions(flags, say);
  const intent = teardownIntent(flags);
  const [profileHead = ''] = profileTemplate(root).split('\n');
  const images = { asked: false, base: null, name: null };
  const rest = {
    profiles: 'all',
    docker: DOCKER_PLACES,
    thinDevices: true,
    backingDevices: false,
    images,
  } as const;
  const before = await look({ devices: [], ...rest });
  const devices = disksOf(before, intent);
  const records = [...before.installed, ...before.ownership];
  const usesContainerd = records.some(({ containerd }) => containerd !== undefined);
  const files = records.some((record) => record.files) ? [filesPool({ dataSizeBytes: bytes(0n) })] : [];
  const ending = await carryOut(
    {
      purpose: 'teardown',
      scope: {
        devices,
        ...rest,
        ...(usesContainerd && { containerd: CONTAINERD_WHOLE }),
        ...(files.length > 0 && { activation: { besides: files } }),
      },
      plan: (host) => planTeardown(host, intent, profileHead),
    },
    options,
  );
  return answerFor(ending);
}

/**
 * Reads the flags.
 * @throws UsageError
 */
export function teardownIntent(flags: Partial<TeardownFlags>): TeardownIntent {
  const { vg = null, pool = null } = flags;
  if (vg === '') throw new UsageError('--vg is empty; it takes a name, as vgs lists it');
  if (pool === '') throw new UsageError('--pool is empty; it takes a name, as lvs lists it');
  const loop = Boolean(flags.loop);
  if (loop && (vg !== null || pool !== null)) {
    throw new UsageError('--loop has neither VG nor pool: it does not go with --vg or --pool');
  }
  return { vg, pool, loop };
}

/** Every disk that may have to be blank in the end: of the VGs meant, and those that a cut-off run had begun on. */
function disksOf(host: Host, { vg }: TeardownIntent): string[] {
  const records = [...host.installed, ...host.ownership].flatMap(({ pool }) => pool ?? []);
  const groups = vg === null ? host.volumeGroups.map(({ name }) => name) : [vg];
  const ofGroups = host.physicalVolumes.filter(({ vgName }) => vgName !== null && groups.includes(vgName));
  const begun = records.filter((record) => groups.includes(record.vg) || vg === null).flatMap(({ devices }) => devices);
  return [...new Set([...ofGroups.map(({ path }) => path), ...begun.map(({ path }) => path)])];
}
