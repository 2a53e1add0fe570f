import type { FaultMode } from '../../lab/guest.ts';
import type { Point } from './points.ts';

type Names = readonly [step: string, mode: FaultMode];

const program = (program: string, when: string, ...[step, mode]: Names): Point => ({ step, program, when, mode });
const rename = (from: string, to: string, ...[step, mode]: Names): Point => ({
  step,
  call: 'renameSync',
  args: [from, to],
  mode,
});

const config = '/etc/docker/daemon.json';
const root = '/var/lib/docker';

export const containersBefore = program('docker', 'docker stop', 'stop-containers', 'before');
export const containersAfter = program('docker', 'docker stop', 'stop-containers', 'after');
export const stopBefore = program('service', 'docker stop', 'stop-docker', 'before');
export const stopAfter = program('service', 'docker stop', 'stop-docker', 'after');
export const asideBefore = rename(root, `${root}.bk`, 'set-aside', 'before');
/** Everything is aside, and no new root has taken its place. */
export const asideHalf = rename(root, `${root}.bk`, 'set-aside, its rename', 'after');
export const asideAfter: Point = { step: 'set-aside', call: 'mkdirSync', args: [root], mode: 'after' };
export const keepBefore = rename(`${config}.bk.dmtool-new`, `${config}.bk`, 'keep-config', 'before');
export const keepAfter = rename(`${config}.bk.dmtool-new`, `${config}.bk`, 'keep-config', 'after');
export const configBefore = rename(`${config}.dmtool-new`, config, 'daemon-json', 'before');
export const configAfter = rename(`${config}.dmtool-new`, config, 'daemon-json', 'after');
export const startBefore = program('service', 'docker start', 'start-docker', 'before');
export const startAfter = program('service', 'docker start', 'start-docker', 'after');
/** Docker makes its base device, and answers nobody until that is done. */
export const awaiting = program('mkfs.xfs', '', 'await-docker', 'before');

// In teardown: what Docker made on the pool goes out of the way, and what it had before comes back.
const going = `${root}.bk.pool.removing`;
export const backAsideBefore = rename(root, going, 'set-aside', 'before');
export const backAsideHalf = rename(root, going, 'set-aside, its rename', 'after');
export const bringBefore = rename(`${root}.bk`, root, 'bring-back', 'before');
export const bringAfter = rename(`${root}.bk`, root, 'bring-back', 'after');

const installed = '/var/lib/dmtool/installed.json';

/** All is done, and the run's record is still that of an unfinished one. */
export const recordBefore = rename(`${installed}.dmtool-new`, installed, 'the record', 'before');

/** Teardown has started the containers that ran before setup. */
export const containersStarted = program('docker', 'docker start', 'start-containers', 'after');

/** The steps of teardown from which there is no way back. */
export const removal = (disk: string): Point[] => [
  program('rm', 'docker.bk.pool.removing', 'remove-data', 'before'),
  program('rm', 'docker.bk.pool.removing', 'remove-data', 'after'),
  { step: 'config-copy', call: 'rmSync', args: [`${config}.bk`], mode: 'before' },
  program('lvremove', 'docker/thinpool', 'lvremove', 'before'),
  program('lvremove', 'docker/thinpool', 'lvremove', 'after'),
  program('vgremove', 'docker', 'vgremove', 'before'),
  program('pvremove', disk, 'pvremove', 'before'),
  program('dd', disk, 'zero', 'before'),
  { step: 'profile', call: 'rmSync', args: ['/etc/lvm/profile/docker-thinpool.profile'], mode: 'before' },
];

/** All is taken back, and only the record tells of it. */
export const forgetting: Point = { step: 'the record', call: 'rmSync', args: [installed], mode: 'before' };

// A data root that is a mount point.
const inner = `${root}/docker.bk`;
export const entryAfter = rename(`${root}/image`, `${inner}.partial/image`, 'the move of an entry', 'after');
export const entriesAfter = rename(`${inner}.partial`, inner, 'the last name of what is aside', 'after');
export const goingAfter = rename(
  `${root}/image`,
  `${inner}.pool.removing.partial/image`,
  'the move of an entry of the pool',
  'after',
);
export const comingAfter = rename(`${inner}.partial/image`, `${root}/image`, 'the way back of an entry', 'after');

// Volumes that are taken over.
export const carryBefore = rename(`${root}.bk/volumes`, `${root}/volumes`, 'carry-volumes', 'before');
export const carryAfter = rename(`${root}.bk/volumes`, `${root}/volumes`, 'carry-volumes', 'after');
export const volumesBackAfter = rename(`${root}/volumes`, `${root}.bk/volumes`, 'volumes-back', 'after');
