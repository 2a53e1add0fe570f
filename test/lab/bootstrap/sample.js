import { readdirSync } from 'node:fs';
import { repository } from './spawn.js';

/** What `npm test` tells: one story of each kind, so that it is through within twenty minutes on two processors. */
const SAMPLE = [
  ...['lab', 'setup-blank', 'setup-free-space', 'setup-reboot', 'script', 'fail', 'lock', 'interrupt'],
  ...['refuse-argv', 'refuse-content', 'refuse-use', 'extend-burst', 'resize-lvm', 'status', 'status-cron'],
  ...['status-nagios', 'doctor-lvm', 'docker-disk', 'containerd-files', 'crash-matrix-lvm'],
];

/** Stories that take long, and of which others tell the most: `npm run test:long` alone tells them. */
const LONG = [
  ...['docker-consent', 'docker-device', 'docker-kept', 'docker-options', 'docker-places', 'docker-provisioner'],
  ...['docker-refuse-data', 'docker-stubborn', 'docker-stopped', 'extend-steps', 'lock-many', 'repair-engines'],
  ...['docker-images', 'docker-loop', 'repair-lvm', 'resize-full', 'crash-kill', 'docker-script'],
  ...['docker-systemd', 'doctor-kernel', 'lab-containerd'],
];

/** Stories of failures, kills and power cuts; each goes through a few of them where it is not told to go through all. */
const CRASH = /^(?:crash-|fail|interrupt-docker)/;

/** Those that take too long even so: `npm run test:crash` alone tells them. */
const ONLY_CRASH = [
  ...[
    'crash-cut',
    'crash-disk',
    'crash-disk-dead',
    'crash-disk-docker',
    'crash-disk-repair',
    'crash-deadline',
    'crash-docker-images',
    'crash-docker-kill',
    'fail-docker',
  ],
  ...['crash-docker-cut', 'crash-docker-teardown', 'crash-undo', 'fail-care', 'fail-docker-images', 'fail-docker-pool'],
  ...['fail-docker-provisioner', 'fail-docker-teardown', 'fail-undo', 'fail-ways', 'interrupt-docker'],
  ...['crash-matrix-raw', 'crash-matrix-docker', 'crash-matrix-containerd', 'crash-matrix-store'],
];

/** The stories of a suite: `test`, `long`, `crash`, or `stories`: all that is not told by another. */
export function storiesOf(suite) {
  const all = readdirSync(`${repository}/test/e2e`)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.test.ts'.length));
  const missing = [...SAMPLE, ...LONG, ...ONLY_CRASH].filter((name) => !all.includes(name));
  if (missing.length > 0) throw new Error(`lab: no such story: ${missing.join(' ')}`);
  const suites = {
    test: (name) => SAMPLE.includes(name),
    crash: (name) => CRASH.test(name),
    long: (name) => LONG.includes(name),
    stories: (name) => ![SAMPLE, LONG, ONLY_CRASH].some((told) => told.includes(name)),
  };
  return all.filter(suites[suite]).map((name) => `test/e2e/${name}.test.ts`);
}
