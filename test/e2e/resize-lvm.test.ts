import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import { lvmPoolState, makeThinVolume } from './support/growth.ts';
import { poolFacts } from './support/pool.ts';
import { endWriter, startWriter } from './support/raw-pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool } from './support/shell.ts';

// A pool of LVM's grows under a writer: by another disk, by a size, in its metadata.

const MIB = 2 ** 20;

async function bootWithPool(): Promise<{ guest: Guest; volume: string }> {
  const guest = await boot({ disks: ['512M', '256M'] });
  const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes', '--data-size', '256M']);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  return { guest, volume: await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30) };
}

test.serial(
  'by a size, by metadata, by another disk and by all that is free; what does not fit is refused',
  async (t) => {
    const { guest, volume } = await bootWithPool();
    await using _ = guest;
    const writer = startWriter(guest, volume, 64);
    const resize = async (...words: string[]): Promise<void> => {
      const { exitCode, stderr } = await dmtool(guest, ['resize', ...words, '--yes']);
      t.is(exitCode, 0, stderr);
    };
    await resize('320M');
    t.is((await poolFacts(guest, 'docker/thinpool')).dataBytes, 320 * MIB);
    await resize('--metadata', '12M');
    t.is(
      (await must(guest, 'lvs --noheadings --nosuffix --units m -o lv_metadata_size docker/thinpool')).trim(),
      '12.00',
    );
    const refused = await dmtoolJson(guest, ['resize', '+1G', '--yes']);
    t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'no-room']);
    await resize('--device', diskOf(guest, 1));
    const facts = await poolFacts(guest, 'docker/thinpool');
    t.is(facts.totalBlocks * facts.chunkBytes, facts.dataBytes);
    t.true(facts.lowWaterMarkBlocks > 0);
    t.like((await dmtoolJson(guest, ['resize', '--device', diskOf(guest, 1), '--yes'])).document, {
      outcome: 'nothing-to-do',
    });
    await resize('+100%FREE');
    t.is((await poolFacts(guest, 'docker/thinpool')).freeBytes, 0);
    t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
    const gone = await dmtool(guest, ['teardown', '--yes']);
    t.is(gone.exitCode, 3);
    await must(guest, 'udevadm settle; dmsetup remove vol');
    t.is((await dmtool(guest, ['teardown', '--yes'])).exitCode, 0);
    t.is(await must(guest, 'pvs --noheadings; ls /etc/lvm/profile | grep docker || true'), '');
  },
);

const pointsOn = (disk: string): Point[] =>
  (['before', 'after'] as const).flatMap((mode) => [
    { step: 'pvcreate', program: 'pvcreate', when: disk, mode },
    { step: 'vgextend', program: 'vgextend', when: disk, mode },
    ...(mode === 'before' ? [{ step: 'lvextend', program: 'lvextend', when: 'docker/thinpool', mode }] : []),
  ]);

test.serial(
  'each step fails once: VG, pool, profile and disk are as before; what was extended for good is told',
  async (t) => {
    const { guest, volume } = await bootWithPool();
    await using _ = guest;
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const writer = startWriter(guest, volume, 64);
    const resize = ['dmtool', 'resize', '--device', diskOf(guest, 1), '--yes'];
    const before = await lvmPoolState(guest, diskOf(guest, 1));
    for (const point of pointsOn(diskOf(guest, 1))) {
      const { program, when, mode } = point as { program: string; when: string; mode: 'before' };
      const fault = await guest.failProgram(program, { when, mode, once: true, stderr: 'by the lab\n' });
      const failed = await guest.run(resize);
      await fault.remove();
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      t.is(await lvmPoolState(guest, diskOf(guest, 1)), before, nameOf(point));
    }
    const fault = await guest.failProgram('lvextend', { when: 'docker/thinpool', mode: 'after', once: true });
    const failed = await guest.run(resize);
    await fault.remove();
    t.is(failed.exitCode, 4, failed.stderr);
    const again = await guest.run(resize);
    t.is(again.exitCode, 0, again.stderr);
    t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
  },
);

test.serial(
  'killed at each step: nothing stays suspended, and the next run ends where the first would have',
  async (t) => {
    const { guest, volume } = await bootWithPool();
    await using _ = guest;
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    const writer = startWriter(guest, volume, 64);
    const resize = ['dmtool', 'resize', '--device', diskOf(guest, 1), '--yes'];
    const when = diskOf(guest, 1);
    const pool = 'docker/thinpool';
    for (const [step, on, mode, then] of [
      ['pvcreate', when, 'before', 'remove'],
      ['pvcreate', when, 'after', 'remove'],
      ['vgextend', when, 'before', 'remove'],
      ['vgextend', when, 'after', 'remove'],
      ['lvextend', pool, 'before', 'remove'],
      ['lvextend', pool, 'before', 'release'],
    ] as const) {
      const point = { step, program: step, when: on, mode };
      await killAtPoint(guest, resize, point, then);
      const suspended = await must(guest, 'dmsetup info --columns --noheadings --options suspended');
      t.notRegex(suspended, /Suspended/, nameOf(point));
    }
    const last = await guest.run(resize);
    t.is(last.exitCode, 0, last.stderr);
    t.is(await must(guest, 'ls -A /var/lib/dmtool 2> /dev/null || true'), '');
    const facts = await poolFacts(guest, 'docker/thinpool');
    t.is(facts.totalBlocks * facts.chunkBytes, facts.dataBytes);
    t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
  },
);
