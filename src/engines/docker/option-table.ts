import type { DockerTarget } from '../../model/intent.ts';

/** What a storage option's value is. Integers have their bounds; what `choice` takes is written out. */
export type ValueKind =
  | { is: 'size' }
  | { is: 'chunk-size' }
  | { is: 'percent' }
  | { is: 'boolean' }
  | { is: 'integer'; least: number; most: number }
  | { is: 'choice'; of: readonly string[] }
  | { is: 'text' }
  | { is: 'path' };

type TargetKind = DockerTarget['kind'];

/** One of the devicemapper driver's options. */
export interface KnownOption {
  value: ValueKind;
  /** Why an operator can't give it through --storage-opt, as a clause, for each kind of target where that is so. */
  refused: Readonly<Partial<Record<TargetKind, string>>>;
}

/** The pool's device, from which Docker knows that it need not make a pool. */
export const POOL_OPTION = 'dm.thinpooldev';
/** The device that Docker makes a pool of by itself. */
export const OWN_SETUP_OPTION = 'dm.directlvm_device';
/** Whether Docker takes a device that has a filesystem. */
export const OWN_SETUP_FORCE = 'dm.directlvm_device_force';
export const DEFERRED_REMOVAL = 'dm.use_deferred_removal';
export const DEFERRED_DELETION = 'dm.use_deferred_deletion';
export const BASE_SIZE = 'dm.basesize';
export const FILESYSTEM = 'dm.fs';
export const MIN_FREE_SPACE = 'dm.min_free_space';
export const BLOCK_SIZE = 'dm.blocksize';
export const LOOP_DATA_SIZE = 'dm.loopdatasize';
export const LOOP_METADATA_SIZE = 'dm.loopmetadatasize';

const option = (value: ValueKind, refused: KnownOption['refused'] = {}): KnownOption => ({ value, refused });

const always = (why: string): KnownOption['refused'] => ({ 'direct-lvm': why, 'own-setup': why, 'loop-lvm': why });
const flag = (name: string): string => `it has a flag of its own: ${name}`;
const setsIt = 'dmtool sets it by itself';
const dmtoolSetsIt = { 'direct-lvm': setsIt, 'own-setup': setsIt };
const filesOnly = 'it goes with --loop only: Docker heeds it where it makes the pool by itself';
const onlyLoop = { 'direct-lvm': filesOnly, 'own-setup': 'it goes with --loop only: Docker heeds it for files' };
const ownDevices = always('Docker would make a pool of its own on that device');
const NOT_PREPARED = "it belongs to Docker's own set-up of a pool, which does not go with a pool that dmtool prepares";
/** @param name the flag that stands for it where Docker makes the pool */
const ownSetup = (name: string): KnownOption['refused'] => ({ ...always(NOT_PREPARED), 'own-setup': flag(name) });

/** What Docker makes on a base device. */
export const FILESYSTEMS: ValueKind = { is: 'choice', of: ['xfs', 'ext4'] };

/** libdevmapper's levels from fatal to debug (pkg/devicemapper/log.go). */
const LOG_LEVEL: ValueKind = { is: 'integer', least: 2, most: 7 };

/** XFS takes no more for max_retries (fs/xfs/xfs_sysfs.c). */
const RETRIES: ValueKind = { is: 'integer', least: 0, most: 2 ** 31 - 1 };

/** Every option that Docker's devicemapper driver takes (daemon/graphdriver/devmapper/deviceset.go, 20.10 and 24). */
export const OPTIONS: ReadonlyMap<string, KnownOption> = new Map([
  [
    POOL_OPTION,
    option(
      { is: 'path' },
      {
        'direct-lvm': setsIt,
        'own-setup': 'it does not go with --provisioner docker, where Docker makes the pool',
        'loop-lvm': 'it does not go with --loop, where Docker makes the pool',
      },
    ),
  ],
  [DEFERRED_REMOVAL, option({ is: 'boolean' }, dmtoolSetsIt)],
  [DEFERRED_DELETION, option({ is: 'boolean' }, dmtoolSetsIt)],
  [BASE_SIZE, option({ is: 'size' }, always(flag('--base-size')))],
  [FILESYSTEM, option(FILESYSTEMS, always(flag('--fs')))],
  [MIN_FREE_SPACE, option({ is: 'percent' }, always(flag('--min-free-space')))],
  [
    BLOCK_SIZE,
    option(
      { is: 'chunk-size' },
      { 'direct-lvm': flag('--chunk-size'), 'own-setup': 'Docker makes a pool on a disk with chunks of 512K' },
    ),
  ],
  [LOOP_DATA_SIZE, option({ is: 'size' }, { ...onlyLoop, 'loop-lvm': flag('--loop') })],
  [LOOP_METADATA_SIZE, option({ is: 'size' }, { ...onlyLoop, 'loop-lvm': flag('--metadata-size') })],
  ['dm.blkdiscard', option({ is: 'boolean' }, onlyLoop)],
  ['dm.datadev', option({ is: 'path' }, ownDevices)],
  ['dm.metadatadev', option({ is: 'path' }, ownDevices)],
  ['dm.mkfsarg', option({ is: 'text' })],
  ['dm.mountopt', option({ is: 'text' })],
  ['dm.override_udev_sync_check', option({ is: 'boolean' })],
  ['dm.xfs_nospace_max_retries', option(RETRIES)],
  ['dm.libdm_log_level', option(LOG_LEVEL)],
  [OWN_SETUP_OPTION, option({ is: 'path' }, ownSetup('--device'))],
  [OWN_SETUP_FORCE, option({ is: 'boolean' }, ownSetup('--wipe'))],
  ['dm.thinp_percent', option({ is: 'percent' }, ownSetup('--data-percent'))],
  ['dm.thinp_metapercent', option({ is: 'percent' }, ownSetup('--metadata-percent'))],
  ['dm.thinp_autoextend_threshold', option({ is: 'percent' }, ownSetup('--autoextend-threshold'))],
  ['dm.thinp_autoextend_percent', option({ is: 'percent' }, ownSetup('--autoextend-percent'))],
]);

/** Options that Docker adds up when they come several times; of all others it takes the last. */
export const REPEATABLE: readonly string[] = ['dm.mkfsarg', 'dm.mountopt'];
