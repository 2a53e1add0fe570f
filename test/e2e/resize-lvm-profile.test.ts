import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { failAt, killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import { lvmPoolState } from './support/growth.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// The profile of auto-extension is fitted to what the VG will have before the VG has it.

const PROFILE = '/etc/lvm/profile/docker-thinpool.profile';

/** A pool that took so much of its disk that a small step alone fits, and another disk. */
async function bootWithPool(): Promise<Guest> {
  const guest = await boot({ disks: ['512M', '256M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return guest;
}

const resizeOf = (guest: Guest): string[] => ['dmtool', 'resize', '512M', '--device', diskOf(guest, 1), '--yes'];
const stepOf = async (guest: Guest): Promise<string> =>
  (await must(guest, 'sed -n "s/.*autoextend_percent=//p" "$1"', PROFILE)).trim();

const written = (mode: Point['mode']): Point => ({
  step: 'profile',
  call: 'renameSync',
  args: [`${PROFILE}.dmtool-new`, PROFILE],
  mode,
});

test.serial('the profile fails, or a step after it: VG, pool, profile and disk are as before', async (t) => {
  await using guest = await bootWithPool();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const disk = diskOf(guest, 1);
  const before = await lvmPoolState(guest, disk);
  t.is(await stepOf(guest), '4');
  for (const point of [
    written('before'),
    written('after'),
    { step: 'pvcreate', program: 'pvcreate', when: disk, mode: 'before' },
    { step: 'vgextend', program: 'vgextend', when: disk, mode: 'after' },
    { step: 'lvextend', program: 'lvextend', when: 'docker/thinpool', mode: 'before' },
  ] as const) {
    const failed = await failAt(guest, resizeOf(guest), point);
    t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
    t.is(await lvmPoolState(guest, disk), before, nameOf(point));
  }
  const last = await guest.run(resizeOf(guest));
  t.is(last.exitCode, 0, last.stderr);
  t.is(await stepOf(guest), '20');
});

/** Where a run ends; what differs from one disk to the next, like UUIDs, is not told. */
const endOf = async (guest: Guest): Promise<string> =>
  (await lvmPoolState(guest, diskOf(guest, 1))).replaceAll(/^.*(?:LVM2_member.*|^\d+)\n/gm, '');

test.serial('killed before the profile and after it: the next run ends where the first would have', async (t) => {
  await using guest = await bootWithPool();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const whole = await guest.run(resizeOf(guest));
  t.is(whole.exitCode, 0, whole.stderr);
  const end = await endOf(guest);
  for (const point of [written('before'), written('after')]) {
    await using killed = await bootWithPool();
    const before = await stepOf(killed);
    await killAtPoint(killed, resizeOf(killed), point, 'remove');
    t.is(await stepOf(killed), point.mode === 'after' ? '20' : before, nameOf(point));
    const next = await killed.run(resizeOf(killed));
    t.is(next.exitCode, 0, `${nameOf(point)}: ${next.stderr}`);
    t.is(await endOf(killed), end, nameOf(point));
    const again = await killed.run(resizeOf(killed));
    t.regex(again.stdout, /nothing to do/);
  }
});
