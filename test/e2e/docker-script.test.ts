import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, startDocker } from './support/docker.ts';
import { tracesOf } from './support/docker-host.ts';
import { dmtool, dmtoolJson, must, wayBackOf } from './support/shell.ts';

// The script of a dry run, typed by hand, does all that dmtool does; and its way back leads back.

const isHost = process.env['DMTOOL_LAB'] === 'host';

async function bootUsed(): Promise<Guest> {
  const guest = await bootDocker({ disks: ['1G'] });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await runContainer(guest, 'job');
  return guest;
}

const setup = (guest: Guest): string[] => ['setup', '--device', guest.disks[0] ?? '', '--min-free-space', '15'];

/** What differs from machine to machine is left out: ids, and how full it is. */
async function outcome(guest: Guest): Promise<string> {
  const { DriverStatus, DockerRootDir, Driver } = await dockerInfo(guest);
  const status = DriverStatus.filter(([name]) => !/Used|Available/.test(name));
  const report = await must(
    guest,
    `cat /etc/docker/daemon.json; stat -c '%a %U:%G %n' /etc/docker/* /var/lib/docker /var/lib/docker.bk
    lvs -a --noheadings -o lv_name,lv_size,lv_tags,lv_profile,seg_monitor; cat /etc/lvm/profile/docker-thinpool.profile
    ls -A /var/lib/docker.bk; cat /var/lib/docker.bk/volumes/data/_data/web`,
  );
  return JSON.stringify([Driver, DockerRootDir, status]) + report;
}

test('typed by hand the script leaves what dmtool leaves, and its last block brings Docker back', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  const guests = await Promise.all([bootUsed(), bootUsed()]);
  await using machine = guests[0];
  await using byHand = guests[1];
  const before = await dockerState(byHand);
  const dry = await dmtool(byHand, [...setup(byHand), '--dry-run']);
  t.is(dry.exitCode, 0, dry.stderr);
  t.deepEqual(await dockerState(byHand), before);

  const [typed, done] = await Promise.all([
    byHand.run(['sh'], { input: dry.stdout, timeoutMs: 360_000 }),
    dmtool(machine, [...setup(machine), '--yes']),
  ]);
  t.is(typed.exitCode, 0, typed.stderr);
  t.is(done.exitCode, 0, done.stderr);
  t.is(await outcome(byHand), await outcome(machine));
  const again = await dmtoolJson(byHand, setup(byHand));
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });

  await importBusybox(byHand);
  await runContainer(byHand, 'new');
  const back = await byHand.run(['sh'], { input: wayBackOf(dry.stdout), timeoutMs: 360_000 });
  t.is(back.exitCode, 0, back.stderr);
  t.deepEqual(await dockerState(byHand), before);
  t.is(await tracesOf(byHand), '');
});
