import { OWN_DEFAULTS } from '../engines/docker/own-setup.ts';
import type { OwnSetup } from '../model/docker.ts';
import type { ProvisionIntent } from '../model/intent.ts';
import { type MadePool, OWN_PROFILE_PATH, OWN_RECORD } from './own-setup-site.ts';
import type { Refusal } from './refusal.ts';

type Part = keyof typeof OWN_DEFAULTS;

const ANEW = 'dmtool teardown takes it back, and then it can be set up anew';
const PROFILE = `edit ${OWN_PROFILE_PATH} and run lvchange --refresh ${OWN_RECORD}, which LVM goes by`;

/** What each number is called, by flag and by Docker, and what can be done instead. */
const PARTS: readonly { part: Part; flag: string; option: string; instead: string }[] = [
  {
    part: 'dataPercent',
    flag: '--data-percent',
    option: 'dm.thinp_percent',
    instead: `dmtool resize grows the pool; ${ANEW}`,
  },
  {
    part: 'metadataPercent',
    flag: '--metadata-percent',
    option: 'dm.thinp_metapercent',
    instead: `dmtool resize --metadata grows them; ${ANEW}`,
  },
  {
    part: 'thresholdPercent',
    flag: '--autoextend-threshold',
    option: 'dm.thinp_autoextend_threshold',
    instead: PROFILE,
  },
  { part: 'stepPercent', flag: '--autoextend-percent', option: 'dm.thinp_autoextend_percent', instead: PROFILE },
];

/** Docker makes its pool once, and starts with no other numbers after that ("changing direct-lvm config is not supported"). */
export function refuseChanges(intent: ProvisionIntent, { setup }: MadePool): Refusal[] {
  const asked = askedFor(intent);
  return PARTS.flatMap(({ part, flag, option, instead }) => {
    const stands = setup[part] || OWN_DEFAULTS[part];
    const wanted = asked[part];
    if (wanted === undefined || wanted === stands) return [];
    const reason = `Docker made the pool with ${option}=${stands}, keeps that in setup-config.json, and starts with no other`;
    return [{ code: 'pool-differs' as const, subject: OWN_RECORD, reason, remedy: `leave ${flag} out; ${instead}` }];
  });
}

const askedFor = ({ percents, autoextendThreshold, autoextendPercent }: ProvisionIntent): Partial<OwnSetup> => ({
  ...(percents ? { dataPercent: percents.data, metadataPercent: percents.metadata } : {}),
  ...(autoextendThreshold === undefined ? {} : { thresholdPercent: autoextendThreshold }),
  ...(autoextendPercent === undefined ? {} : { stepPercent: autoextendPercent }),
});
