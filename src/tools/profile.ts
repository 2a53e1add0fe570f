/** The two values of an auto-extension profile. */
export interface ProfileValues {
  thresholdPercent: number;
  stepPercent: number;
}

/** Fills profiles/thinpool.profile. */
export const renderProfile = (template: string, { thresholdPercent, stepPercent }: ProfileValues): string =>
  template.replace('@THRESHOLD@', String(thresholdPercent)).replace('@PERCENT@', String(stepPercent));

/**
 * Reads both values out of a profile in LVM's configuration format (lvm.conf(5)).
 * @returns null when either is not set
 */
export function parseProfile(text: string): ProfileValues | null {
  const settings = text.replaceAll(/#.*$/gm, '');
  const value = (name: string): number =>
    Number(new RegExp(`\\b${name}\\s*=\\s*(\\d{1,9})(?!\\d)`).exec(settings)?.[1]);
  const thresholdPercent = value('thin_pool_autoextend_threshold');
  const stepPercent = value('thin_pool_autoextend_percent');
  return Number.isNaN(thresholdPercent + stepPercent) ? null : { thresholdPercent, stepPercent };
}

/** Whether dmtool wrote this profile: its first line tells. */
export const isWrittenBy = (template: string, content: string): boolean =>
  content.startsWith(template.slice(0, template.indexOf('\n')));

/** The profile's name, as the documents have it: docker-thinpool. */
export const profileName = (vg: string, pool: string): string => `${vg}-${pool}`;
