import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The profile's template, as it ships below the folder that dmtool is installed in. */
export const profileTemplate = (root: string): string =>
  readFileSync(join(root, 'profiles', 'thinpool.profile'), 'utf8');
