import type { Argv } from './argv.ts';

/** lvchange(8): shows a hidden LV of a pool that is not active, read-only. LVM asks whether that is meant. */
export const lvchangeShow = (vg: string, lv: string): Argv => [
  'lvchange',
  '--yes',
  '--activate',
  'y',
  '--',
  `${vg}/${lv}`,
];

/** lvchange(8): activates a thin volume, also one that is not to be activated at boot. */
export const lvchangeActivateVolume = (vg: string, lv: string): Argv => [
  'lvchange',
  ...['--activate', 'y', '--ignoreactivationskip', '--', `${vg}/${lv}`],
];

/**
 * lvchange(8): activates a pool and has dmeventd watch it. The check that LVM runs by itself clears the flag needs_check where
 * all is well; Debian's options leave it set.
 */
export const lvchangeActivateClearing = (vg: string, pool: string): Argv => [
  'lvchange',
  ...['--activate', 'y', '--monitor', 'y'],
  ...['--config', 'global/thin_check_options=["-q","--clear-needs-check-flag"]'],
  ...['--', `${vg}/${pool}`],
];

/**
 * lvconvert(8): writes what can be read of a pool's metadata into its spare, and puts that in their place. The old ones stay
 * as an LV of their own, POOL_metaN.
 */
export const lvconvertRepair = (vg: string, pool: string): Argv => [
  'lvconvert',
  '--yes',
  '--repair',
  '--',
  `${vg}/${pool}`,
];
