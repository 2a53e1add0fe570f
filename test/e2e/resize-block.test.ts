import test from 'ava';
import { boot } from '../lab/boot.ts';
import { failAt, killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import {
  blockPoolState,
  enlarge,
  makeBlockPool,
  poolBlocks,
  suspensions,
  VOLUME,
  writeContent,
} from './support/block-pool.ts';
import { endWriter, startWriter } from './support/raw-pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// A pool on two block devices, without LVM's knowledge, takes what these have been given, under a writer.

const isWrittenWell = 'all of 64 blocks, read back each time\n';
/** Of 64 KiB for data, of 4 KiB for metadata, as poolBlocks tells them. */
const blocks = (dataMib: number, metadataMib: number): string => `${dataMib * 16} ${metadataMib * 256}`;

test.serial('it takes a part of a larger device, or all; what the device does not have is refused', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  await makeBlockPool(guest, diskOf(guest), '64M', '4M');
  const writer = startWriter(guest, VOLUME, 64);
  const checksum = await writeContent(guest);
  const written = await checksum();
  const resized = async (words: readonly string[], expected: string, same = words): Promise<void> => {
    const { exitCode, stderr } = await dmtool(guest, ['resize', ...words, '--yes']);
    t.is(exitCode, 0, stderr);
    t.is(await poolBlocks(guest), expected, words.join(' '));
    t.is(await checksum(), written);
    const again = await dmtoolJson(guest, ['resize', ...same, '--yes']);
    t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  };
  const refused = async (words: readonly string[], code: string, reason: RegExp): Promise<void> => {
    const before = await blockPoolState(guest);
    const answer = await dmtoolJson(guest, ['resize', ...words, '--yes']);
    t.deepEqual([answer.exitCode, ...refusalCodes(answer)], [3, code]);
    t.regex(answer.document.refusals?.[0]?.reason ?? '', reason);
    t.is(await blockPoolState(guest), before);
  };

  await resized([], blocks(64, 4));
  await refused(['128M'], 'no-room', /data device has 64 MiB,/);
  await enlarge(guest, 'data', '256M');
  await resized(['128M'], blocks(128, 4));
  await resized([], blocks(256, 4));
  await refused(['512M'], 'no-room', /data device has 256 MiB,/);
  await refused(['128M'], 'smaller', /holds 256 MiB/);
  await refused(['--metadata', '8M'], 'no-room', /metadata device has 4 MiB,/);
  await enlarge(guest, 'metadata', '12M');
  await refused(['--metadata', '8M'], 'smaller', /metadata device has 12 MiB, and the kernel takes all of it/);
  await enlarge(guest, 'data', '320M');
  await resized(['--metadata', '+8M'], blocks(256, 12), ['--metadata', '12M']);
  await enlarge(guest, 'metadata', '16M');
  await resized(['--metadata', '16M'], blocks(256, 16));
  await enlarge(guest, 'metadata', '20M');
  await resized([], blocks(320, 20));
  t.is(await endWriter(writer), isWrittenWell);
});

const call = (when: 'load' | 'resume', mode: Point['mode']): Point => ({
  step: `reload-table, its ${when}`,
  program: 'dmsetup',
  when,
  mode,
});
const points: readonly Point[] = [call('load', 'before'), call('load', 'after'), call('resume', 'before')];
const resumed = call('resume', 'after');

test.serial('its new table fails: the old one is live, nothing is suspended, and the writer writes on', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  await makeBlockPool(guest, diskOf(guest), '64M', '4M');
  const writer = startWriter(guest, VOLUME, 64);
  const checksum = await writeContent(guest);
  const written = await checksum();
  await enlarge(guest, 'data', '256M');
  const resize = ['dmtool', 'resize', '--yes'];
  const before = await blockPoolState(guest);
  for (const point of points) {
    const failed = await failAt(guest, resize, point);
    t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
    t.is(await suspensions(guest), '', nameOf(point));
    t.is(await blockPoolState(guest), before, nameOf(point));
  }
  // The resume had done its work: no pool can shrink, and none may stay suspended.
  const failed = await failAt(guest, resize, resumed);
  t.is(failed.exitCode, 4, failed.stderr);
  t.is(await suspensions(guest), '');
  const again = await guest.run(resize);
  t.is(again.exitCode, 0, again.stderr);
  t.is(await poolBlocks(guest), blocks(256, 4));
  t.is(await checksum(), written);
  t.is(await endWriter(writer), isWrittenWell);
});

test.serial(
  'killed around its new table: nothing is suspended, and the next run ends where it would have',
  async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await makeBlockPool(guest, diskOf(guest), '64M', '4M');
    const writer = startWriter(guest, VOLUME, 64);
    const checksum = await writeContent(guest);
    const written = await checksum();
    await enlarge(guest, 'data', '384M');
    await enlarge(guest, 'metadata', '8M');
    let sizeMib = 64;
    for (const then of ['remove', 'release'] as const) {
      // What puts a resume right that failed needs dmsetup at once, and `remove` takes the lab's away meanwhile.
      for (const point of then === 'release' ? [...points, resumed] : points) {
        sizeMib += 32;
        const run = ['dmtool', 'resize', `${sizeMib}M`, '--yes'];
        await killAtPoint(guest, run, point, then);
        t.is(await suspensions(guest), '', nameOf(point));
        const next = await guest.run(run);
        t.is(next.exitCode, 0, `${nameOf(point)}: ${next.stderr}`);
        t.is(await poolBlocks(guest), blocks(sizeMib, 8), nameOf(point));
        t.is(await checksum(), written);
      }
    }
    t.is(await must(guest, 'ls -A /var/lib/dmtool'), 'raw-pools.json\n');
    t.is(await endWriter(writer), isWrittenWell);
  },
);
