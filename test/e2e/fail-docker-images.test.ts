import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { assertHostAsBefore, hostState } from './crash-support/docker-host.ts';
import { patience } from './crash-support/points.ts';
import { runContainer } from './support/containers.ts';
import { bootWithImages, imageStates, keptFiles } from './support/images.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// Images that do not arrive, or not as they were.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const setupOf = (guest: Guest): string[] => ['setup', '--device', diskOf(guest), '--yes', '--keep-images'];
const directory = '/var/lib/dmtool/images/docker-thinpool';

test.serial('a load that fails, and an archive that was damaged meanwhile, are undone', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootWithImages();
  if (isHost || !guest.can('fault')) return t.pass('programs of the host are not replaced');
  await runContainer(guest, 'web', { restart: 'always', image: 'first:1' });
  const before = await hostState(guest);
  const fault = await guest.failProgram('docker', { when: 'docker load', stderr: 'no load, by the lab\n' });
  const failed = await dmtool(guest, setupOf(guest));
  t.is(failed.exitCode, 1, failed.stderr);
  t.regex(failed.stderr, /"Load 5 images from \S+" failed: [\s\S]*no load, by the lab[\s\S]*the machine is as before/);
  await fault.remove();
  await assertHostAsBefore(t, guest, before, 'a load that fails');

  const start = await guest.hangProgram('service', { when: 'docker start' });
  const job = guest.start(['dmtool', ...setupOf(guest)]);
  await start.reached();
  await must(guest, 'printf x | dd of="$1" bs=1 seek=700 conv=notrunc status=none', `${directory}/images.tar`);
  await start.release();
  const damaged = await job.result;
  t.is(damaged.exitCode, 1, damaged.stderr);
  t.regex(damaged.stderr, /images\.tar is damaged/);
  await start.remove();
  await assertHostAsBefore(t, guest, before, 'a damaged archive');
});

test.serial('images that are not what they were: the archive stays, and the same command goes on', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootWithImages();
  if (isHost || !guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await imageStates(guest);
  const fault = await guest.hangProgram('docker', { when: 'docker load', mode: 'after' });
  const job = guest.start(['dmtool', ...setupOf(guest)]);
  await fault.reached();
  await must(guest, 'docker tag alone:1 third:latest');
  await fault.release();
  const differs = await job.result;
  await fault.remove();
  t.is(differs.exitCode, 4, differs.stderr);
  t.regex(differs.stderr, /Run the same command again to go on/);
  t.true(differs.stderr.includes(`docker load --quiet --input ${directory}/images.tar`), differs.stderr);
  t.is(await keptFiles(guest), '600 docker-thinpool/images.tar\n600 docker-thinpool/images.tar.sha256\n');
  const again = await guest.run(['dmtool', ...setupOf(guest)], patience);
  t.is(again.exitCode, 0, again.stderr);
  t.deepEqual(await imageStates(guest), before);
  t.is(await keptFiles(guest), '');
});
