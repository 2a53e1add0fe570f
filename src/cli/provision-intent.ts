import { OWN_POOL, OWN_VG } from '../engines/docker/own-setup.ts';
import type { DockerIntent, ProvisionIntent } from '../model/intent.ts';
import { type DockerFlags, dockerIntent } from './docker-intent.ts';
import { given, type SetupFlags, wholePercent } from './setup-intent.ts';
import { UsageError } from './usage-error.ts';

/** What Docker decides by itself, and what to say instead. */
const DOCKERS_OWN = {
  loop: 'Docker makes this pool of a disk: --loop is a way of its own',
  vg: `Docker calls its VG ${OWN_VG}: leave it out`,
  'data-size': 'Docker takes percentages: --data-percent, with --metadata-percent',
  'metadata-size': 'Docker takes percentages: --metadata-percent, with --data-percent',
  'chunk-size': 'Docker takes chunks of 512K: leave it out',
  headroom: 'Docker takes percentages: a smaller --data-percent, with --metadata-percent, keeps room',
  'keep-images': "images go along on dmtool's own way: leave --provisioner out, or --keep-images",
} as const;

type Flags = SetupFlags & DockerFlags;

/**
 * Reads the flags of `setup --provisioner docker`.
 * @throws UsageError that names the flag, and the one to give instead
 */
export function provisionIntent(flags: Flags): { pool: ProvisionIntent; docker: DockerIntent } {
  const [useless] = Object.entries(DOCKERS_OWN).filter(([name]) => Boolean(flags[name as keyof typeof DOCKERS_OWN]));
  if (useless) throw new UsageError(`--${useless[0]} does not go with --provisioner docker: ${useless[1]}`);
  if (flags.pool !== OWN_POOL) {
    throw new UsageError(`--pool does not go with --provisioner docker: Docker calls its pool ${OWN_POOL}`);
  }
  refuseDevices(flags.device ?? []);
  const docker = flags.engine === 'docker' ? dockerIntent(flags, 'own-setup') : null;
  if (docker === null) throw new UsageError('--provisioner docker: Docker makes the pool, so it needs --engine docker');
  return {
    pool: {
      ...given('percents', percents(flags)),
      ...given('autoextendThreshold', wholePercent('--autoextend-threshold', flags['autoextend-threshold'], 50)),
      ...given('autoextendPercent', wholePercent('--autoextend-percent', flags['autoextend-percent'], 1)),
      wipe: flags.wipe,
    },
    docker,
  };
}

function refuseDevices([device, ...others]: readonly string[]): void {
  if (device === undefined) throw new UsageError('--provisioner docker: name the disk with --device');
  if (device === '') throw new UsageError('--device is empty; it takes a disk, as lsblk lists it');
  if (others.length > 0) {
    throw new UsageError(
      `--provisioner docker takes one --device: Docker makes its pool of one, and dmtool resize --device ${others[0]} adds another later`,
    );
  }
}

/** Docker takes both or neither, whole ones under 100, and no more than 100 in all (device_setup.go, validateLVMConfig). */
function percents({ 'data-percent': data, 'metadata-percent': metadata }: SetupFlags): ProvisionIntent['percents'] {
  if (data === undefined && metadata === undefined) return undefined;
  if (data === undefined || metadata === undefined) {
    const [there, missing] = data === undefined ? ['metadata', 'data'] : ['data', 'metadata'];
    throw new UsageError(`--${there}-percent: Docker takes both or neither: give --${missing}-percent too`);
  }
  const asked = { data: share('--data-percent', data), metadata: share('--metadata-percent', metadata) };
  if (asked.data + asked.metadata <= 100) return asked;
  throw new UsageError(
    `--data-percent and --metadata-percent are ${asked.data + asked.metadata} in all, more than 100`,
  );
}

function share(flag: string, text: string): number {
  const [, digits] = /^(\d{1,2})%?$/.exec(text.trim()) ?? [];
  if (!Number(digits)) throw new UsageError(`${flag} "${text}": Docker takes a whole percentage from 1 to 99`);
  return Number(digits);
}
