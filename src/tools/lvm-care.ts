import type { Argv } from './argv.ts';

/** What tells of a pool how it is looked after, and by whom. */
interface Marks {
  /** null: none is to be attached; absent: it stays. */
  profile?: string | null;
  addTags?: readonly string[];
  removeTags?: readonly string[];
}

const attachment = (profile: string | null | undefined): string[] => {
  if (profile === undefined) return [];
  return profile === null ? ['--detachprofile'] : ['--metadataprofile', profile];
};

/** lvchange(8): profile and tags of a pool, in one call. LVM attaches no profile whose file is missing. */
export const lvchangeMarks = (vg: string, pool: string, { profile, addTags = [], removeTags = [] }: Marks): Argv => [
  'lvchange',
  ...attachment(profile),
  ...addTags.flatMap((tag) => ['--addtag', tag]),
  ...removeTags.flatMap((tag) => ['--deltag', tag]),
  ...['--', `${vg}/${pool}`],
];

/** lvchange(8): dmeventd stops to watch the pool. */
export const lvchangeUnmonitor = (vg: string, pool: string): Argv => [
  'lvchange',
  ...['--monitor', 'n', '--', `${vg}/${pool}`],
];

/**
 * lvchange(8): loads the table anew with the low water mark of another threshold than the profile's; 100: with none. What the
 * command line says of a setting comes before the profile.
 */
export const lvchangeRefreshAt = (vg: string, pool: string, thresholdPercent: number): Argv => [
  'lvchange',
  ...['--refresh', '--config', `activation/thin_pool_autoextend_threshold=${thresholdPercent}`],
  ...['--', `${vg}/${pool}`],
];
