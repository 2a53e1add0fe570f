import { readdirSync } from 'node:fs';
import { repository } from './spawn.js';

/** Stories that go through many failures one by one: `npm test` leaves them to `npm run test:crash`, and keeps the others of their kind. */
const LEFT_TO_CRASH = [
  ...['crash-docker-cut', 'crash-docker-teardown', 'crash-undo'],
  ...[
    'fail-care',
    'fail-docker-images',
    'fail-docker-pool',
    'fail-docker-provisioner',
    'fail-docker-teardown',
    'fail-undo',
    'fail-ways',
  ],
  'interrupt-docker',
].map((name) => `${name}.test.ts`);

/** The stories of `npm test`, and how many are left out. */
export function sampleStories() {
  const all = readdirSync(`${repository}/test/e2e`).filter((name) => name.endsWith('.test.ts'));
  const missing = LEFT_TO_CRASH.filter((name) => !all.includes(name));
  if (missing.length > 0) throw new Error(`lab: no such story: ${missing.join(' ')}`);
  const files = all.filter((name) => !LEFT_TO_CRASH.includes(name)).map((name) => `test/e2e/${name}`);
  return { files, leftOut: LEFT_TO_CRASH.length };
}
