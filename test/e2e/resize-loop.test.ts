import test from 'ava';
import { boot } from '../lab/boot.ts';
import { killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import { endWriter, makeLoopPool, POOL, poolState, startWriter } from './support/raw-pool.ts';
import { dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// A pool on loop files grows under a writer, whatever goes wrong.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const VOLUME = '/dev/mapper/vol';

test.serial('it grows while somebody writes, and a second time there is nothing to do', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '2G', '8M');
  const writer = startWriter(guest, VOLUME, 64);
  const grown = await dmtoolJson(guest, ['resize', '4G', '--metadata', '16M', '--yes']);
  t.like(grown.document, { outcome: 'done', exitCode: 0 });
  t.regex(await must(guest, `dmsetup status --noflush ${POOL}`), /\/4096 \d+\/65536 - rw /);
  const state = await poolState(guest);
  t.like((await dmtoolJson(guest, ['resize', '4G', '--yes'])).document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.deepEqual(refusalCodes(await dmtoolJson(guest, ['resize', '3G', '--yes'])), ['smaller']);
  t.is(await poolState(guest), state);
  t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
});

test.serial("the documents' own numbers, on sparse files; the script of a dry run does the same", async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '100G', '2G');
  t.regex(await must(guest, `dmsetup table ${POOL}`), /^0 209715200 /);
  const planned = await dmtool(guest, ['resize', '200G', '--dry-run']);
  t.is(planned.exitCode, 0, planned.stderr);
  await must(guest, planned.stdout);
  t.regex(await must(guest, `dmsetup table ${POOL}`), /^0 419430400 /);
  t.like((await dmtoolJson(guest, ['resize', '200G', '--yes'])).document, { outcome: 'nothing-to-do' });
  const promised = await dmtool(guest, ['resize', '+100G', '--yes']);
  t.is(promised.exitCode, 0, promised.stderr);
  t.regex(promised.stderr, /Promised, and not there[^\n]*\n {2}\/var\/pool\/data: up to 30\d(?:\.\d+)? GiB more/);
});

const points: readonly Point[] = [
  { step: 'truncate', program: 'truncate', when: '/var/pool/data', mode: 'before' },
  { step: 'truncate', program: 'truncate', when: '/var/pool/data', mode: 'after' },
  { step: 'set-capacity', program: 'losetup', when: '--set-capacity', mode: 'before' },
  { step: 'set-capacity', program: 'losetup', when: '--set-capacity', mode: 'after' },
  { step: 'load', program: 'dmsetup', when: 'load', mode: 'before' },
  { step: 'load', program: 'dmsetup', when: 'load', mode: 'after' },
  { step: 'resume', program: 'dmsetup', when: 'resume', mode: 'before' },
];
const resize = ['dmtool', 'resize', '4G', '--yes'];

test.serial(
  'each step fails once: the table, the file and the loop device are as before, and the writer writes on',
  async (t) => {
    await using guest = await boot();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await makeLoopPool(guest, '2G', '8M');
    const writer = startWriter(guest, VOLUME, 64);
    const before = await poolState(guest);
    for (const point of points) {
      const { program, when, mode } = point as { program: string; when: string; mode: 'before' };
      const fault = await guest.failProgram(program, { when, mode, once: true, stderr: 'by the lab\n' });
      const failed = await guest.run(resize);
      await fault.remove();
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      t.is(await poolState(guest), before, nameOf(point));
    }
    // The resume had done its work: no pool can shrink, and none may stay suspended.
    const fault = await guest.failProgram('dmsetup', { when: 'resume', mode: 'after', once: true });
    const failed = await guest.run(resize);
    await fault.remove();
    t.is(failed.exitCode, 4, failed.stderr);
    t.regex(await poolState(guest), /Active/);
    const again = await guest.run(resize);
    t.is(again.exitCode, 0, again.stderr);
    t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
  },
);

test.serial('killed at each step: the pool is never left suspended, and the next run ends well', async (t) => {
  await using guest = await boot();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  await makeLoopPool(guest, '2G', '16M');
  const writer = startWriter(guest, VOLUME, 64);
  let sizeGib = 2;
  for (const then of ['remove', 'release'] as const) {
    for (const point of points) {
      sizeGib += 1;
      const run = ['dmtool', 'resize', `${sizeGib}G`, '--yes'];
      await killAtPoint(guest, run, point, then);
      t.regex(await poolState(guest), /Active/, nameOf(point));
      const last = await guest.run(run);
      t.is(last.exitCode, 0, `${nameOf(point)}: ${last.stderr}`);
    }
  }
  t.is(await must(guest, 'ls -A /var/lib/dmtool 2> /dev/null || true'), '');
  t.is(await endWriter(writer), 'all of 64 blocks, read back each time\n');
});
