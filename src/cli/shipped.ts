import { readFileSync } from 'node:fs';

/** The profile's template, as it ships. */
export const profileTemplate = (): string =>
  readFileSync(new URL('../../profiles/thinpool.profile', import.meta.url), 'utf8');
