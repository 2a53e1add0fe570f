import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import { failAt, killAtPoint, nameOf, type Point, patience } from './crash-support/points.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf } from './support/shell.ts';

// Docker makes the pool of a disk by itself, and does not get through: whatever it has made by then goes.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const setupOn = (disk: string): string[] => ['setup', '--device', disk, '--provisioner', 'docker', '--yes'];

const within = (program: string, when: string, mode: Point['mode']): Point => ({
  ...{ step: `start-docker, its ${program}`, program, when, mode },
});

test.serial(
  'whatever of its programs fails inside Docker: all that it made goes, and all runs as before',
  async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker({ disks: ['1G'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const before = await hostState(guest);
    const argv = ['dmtool', ...setupOn(diskOf(guest))];
    for (const point of [
      within('vgcreate', 'docker', 'before'),
      within('lvconvert', '--thinpool docker/thinpool', 'before'),
      within('lvchange', '--metadataprofile docker-thinpool', 'after'),
      { ...within('vgchange', '--addtag', 'before'), step: 'mark-vg' },
    ]) {
      const failed = await failAt(guest, argv, point);
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      t.regex(failed.stderr, /the machine is as before/);
      await assertHostAsBefore(t, guest, before, nameOf(point));
    }
    const again = await guest.run(argv, patience);
    t.is(again.exitCode, 0, again.stderr);
  },
);

test.serial(
  'killed while Docker makes the pool, whether Docker ends well or not: the same command again, or teardown, ends well',
  async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    t.timeout(20 * 60_000);
    await using guest = await bootBusyDocker({ disks: ['1G'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const before = await hostState(guest);
    const argv = ['dmtool', ...setupOn(diskOf(guest))];
    const converting = within('lvconvert', '--thinpool docker/thinpool', 'before');
    for (const then of ['remove', 'release'] as const) {
      for (const next of [argv, null]) {
        await killAtPoint(guest, argv, converting, then);
        if (next) {
          const again = await guest.run(next, patience);
          t.is(again.exitCode, 0, `${then}: ${again.stderr}`);
          t.like(await poolFacts(guest, 'docker/thinpool'), { monitor: 'monitored', tags: 'dmtool' });
        }
        const back = await guest.run(['dmtool', 'teardown', '--yes'], patience);
        t.is(back.exitCode, 0, `${then}: ${back.stderr}`);
        await assertHostAsBefore(t, guest, before, `${then}, ${next ? 'again and back' : 'back'}`);
      }
    }
  },
);
