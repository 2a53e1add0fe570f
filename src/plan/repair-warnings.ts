import { isDockerUp, runningContainers } from '../model/docker.ts';
import type { RepairSite } from './repair-site.ts';
import { isFull, workingStatus } from './repair-subject.ts';

/** What may be lost, and what stops, said before anything begins. */
export function lossesOf(site: RepairSite): string[] {
  const { pool, engines } = site;
  return [
    'What was written after the pool last committed its metadata, about a second before it fell ill, may be lost, as in a power cut.',
    'Where its metadata are damaged, what can no longer be read of them is lost: blocks of thin devices, or whole devices. The copy that is made first allows for another try.',
    ...stopping(site),
    ...(pool.kernel ? onlyFull(site) : [IDLE]),
    ...(pool.kind === 'raw' ? [moving(pool.name)] : []),
    ...(engines.containerd === null ? [] : [UNCHECKED]),
  ];
}

const IDLE =
  'It is not active, so that only thin_check can tell what ails it. Where all is well it is activated, and nothing else is done.';

const UNCHECKED =
  "The filesystems of containerd's snapshots are not checked: only containerd knows how large they are.";

const moving = (name: string): string =>
  `Metadata that are damaged or full are written anew into another file, and the old ones stay: whoever makes ${name} by hand at boot has to name that file then. dmtool activate knows it.`;

function stopping({ engines: { docker, containerd } }: RepairSite): string[] {
  if (docker !== null && isDockerUp(docker)) {
    const names = runningContainers(docker);
    const gone = docker.containers.filter(({ running, autoRemove }) => running && autoRemove).map(({ name }) => name);
    return [
      `Docker stops${names.length > 0 ? `, and with it ${names.join(', ')}` : ''}, until the pool is well.`,
      ...(gone.length > 0 ? [`${gone.join(', ')} will be gone for good: they were started with --rm.`] : []),
    ];
  }
  return containerd === null ? [] : ['containerd stops until the pool is well.'];
}

/** The least that helps stops nobody. */
const onlyFull = ({ pool: { name, kernel } }: RepairSite): string[] =>
  isFull(kernel) && workingStatus(kernel)?.needsCheck === false
    ? [
        `Its metadata are full, and no check is asked for: dmtool resize --pool ${name} --metadata SIZE may do, and stops nobody.`,
      ]
    : [];
