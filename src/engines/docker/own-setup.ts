import type { OwnSetup } from '../../model/docker.ts';
import type { StorageOption } from '../../model/intent.ts';
import type { ProfileValues } from '../../tools/profile.ts';
import { type Bytes, KIB } from '../../units/quantity.ts';
import { OWN_SETUP_FORCE, OWN_SETUP_OPTION } from './option-table.ts';

// What Docker does when it makes a pool by itself (daemon/graphdriver/devmapper/device_setup.go, 20.10 and 24).

/** Its names are fixed. */
export const OWN_VG = 'docker';
export const OWN_POOL = 'thinpool';
/** What becomes the pool's metadata. */
export const OWN_METADATA = 'thinpoolmeta';
export const OWN_PROFILE = 'docker-thinpool';
/** It writes there, wherever LVM looks. */
export const OWN_PROFILE_DIRECTORY = '/etc/lvm/profile';
export const OWN_CHUNK_BYTES = (512n * KIB) as Bytes;

/** What it takes where an option is 0, or not there. */
export const OWN_DEFAULTS = { dataPercent: 95, metadataPercent: 1, thresholdPercent: 80, stepPercent: 20 } as const;

/** What it writes into its profile: not a blank more. */
const PROFILE = /^activation\{\nthin_pool_autoextend_threshold=\d+\nthin_pool_autoextend_percent=\d+\n\}$/;

/** The profile as Docker writes it. */
export const formatOwnProfile = ({ thresholdPercent, stepPercent }: ProfileValues): string =>
  `activation{\nthin_pool_autoextend_threshold=${thresholdPercent}\nthin_pool_autoextend_percent=${stepPercent}\n}`;

/** Whether Docker wrote this profile. */
export const isDockersProfile = (content: string): boolean => PROFILE.test(content);

/** The options by which Docker knows a set-up, whatever their order; those that are 0 are left to Docker. */
export function ownSetupOptions(setup: OwnSetup, force: boolean): StorageOption[] {
  const numbers = [
    ['dm.thinp_percent', setup.dataPercent],
    ['dm.thinp_metapercent', setup.metadataPercent],
    ['dm.thinp_autoextend_threshold', setup.thresholdPercent],
    ['dm.thinp_autoextend_percent', setup.stepPercent],
  ] as const;
  return [
    { name: OWN_SETUP_OPTION, value: setup.device },
    ...numbers.filter(([, value]) => value !== 0).map(([name, value]) => ({ name, value: String(value) })),
    ...(force ? [{ name: OWN_SETUP_FORCE, value: 'true' }] : []),
  ];
}
