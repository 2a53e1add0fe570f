import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import * as at from './crash-support/docker-points.ts';
import { cutAtPoint, killAtPoint, type Point, patience } from './crash-support/points.ts';
import { waitForLock } from './crash-support/stopping.ts';
import { dockerInfo, tryToStartDocker } from './support/docker.ts';
import { bootWithImages, imageStates, keptFiles, makeLargeImage } from './support/images.ts';
import { diskOf } from './support/shell.ts';

// A run that takes images along, and that something ends in the middle: the next one has every image.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const setupOf = (guest: Guest): string[] => ['dmtool', 'setup', '--device', diskOf(guest), '--yes', '--keep-images'];

const archive = '/var/lib/dmtool/images/docker-thinpool/images.tar';
const rename = { call: 'renameSync', args: [`${archive}.partial`, archive] } as const;
const load = { program: 'docker', when: 'docker load' } as const;

const points: readonly Point[] = [
  { step: 'save-images, its name', ...rename, mode: 'before' },
  { step: 'save-images', ...rename, mode: 'after' },
  at.asideHalf,
  at.startBefore,
  { step: 'load-images', ...load, mode: 'before' },
  { step: 'load-images', ...load, mode: 'after' },
  { step: 'remove-archive', call: 'rmSync', args: [archive], mode: 'after' },
];

test.serial('killed at each step of the images’ way, one run after the other: the last one has them all', async (t) => {
  t.timeout(30 * 60_000);
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootWithImages();
  const before = await imageStates(guest);
  for (const point of points) await killAtPoint(guest, setupOf(guest), point, 'remove');
  const last = await guest.run(setupOf(guest), patience);
  t.is(last.exitCode, 0, last.stderr);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.deepEqual(await imageStates(guest), before);
  t.is(await keptFiles(guest), '');
});

test.serial('killed while the archive is written, and gone on without the flag', async (t) => {
  t.timeout(20 * 60_000);
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootWithImages();
  await makeLargeImage(guest);
  const before = await imageStates(guest);
  const job = guest.start(setupOf(guest));
  await guest.run(['sh', '-c', 'until [ -s "$1" ]; do sleep 0.02; done', 'sh', `${archive}.partial`], patience);
  job.kill('SIGKILL');
  t.is((await job.result).signal, 'SIGKILL');
  t.is(await keptFiles(guest), '600 docker-thinpool/images.tar.partial\n');
  await waitForLock(guest);
  const last = await guest.run(
    setupOf(guest).filter((word) => word !== '--keep-images'),
    patience,
  );
  t.is(last.exitCode, 0, last.stderr);
  t.deepEqual(await imageStates(guest), before);
  t.is(await keptFiles(guest), '');
});

test.serial('the power goes while images are saved, when they are aside, and while they are loaded', async (t) => {
  t.timeout(30 * 60_000);
  await using guest = await bootWithImages();
  if (!guest.can('cut')) return t.pass('the power of the host is not cut');
  const before = await imageStates(guest);
  for (const point of [points[0], points[1], at.asideAfter, points[4], points[6]] as Point[])
    await cutAtPoint(guest, setupOf(guest), point, tryToStartDocker);
  const last = await guest.run(setupOf(guest), patience);
  t.is(last.exitCode, 0, last.stderr);
  t.is((await dockerInfo(guest)).Driver, 'devicemapper');
  t.deepEqual(await imageStates(guest), before);
  t.is(await keptFiles(guest), '');
});
