import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { bystander, makeBystander } from './matrix/bystander.ts';
import { bootPrepared } from './matrix/prepare.ts';
import { recordCalls, runWhole, standIn } from './matrix/run.ts';
import { type Cell, cellOf, keepCells } from './matrix/table.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// The disk fails under a run, after each of its changes; later it is there again.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const FRAIL = '/dev/mapper/frail';
const argv = ['dmtool', ...setupPool, '--device', FRAIL, '--yes'];

/** The disk by another name, whose table can be changed. LVM does not look at it by its own. */
const make = `dmsetup create frail --table "0 $(blockdev --getsz "$1") linear $1 0"
echo "devices { global_filter = [ \\"r|^$1$|\\" ] }" >> /etc/lvm/lvm.conf`;

const swap = (guest: Guest, table: string): Promise<string> =>
  must(
    guest,
    `dmsetup suspend --noflush --nolockfs frail; echo "0 $(blockdev --getsz "$1") ${table}" | dmsetup load frail; dmsetup resume frail`,
    diskOf(guest),
  );

const fail = (guest: Guest): Promise<string> => swap(guest, 'error');
const mend = (guest: Guest): Promise<string> => swap(guest, `linear ${diskOf(guest)} 0`);

const ready = (): Promise<Guest> =>
  bootPrepared(['512M'], async (guest) => {
    await must(guest, make, diskOf(guest));
    await makeBystander(guest, diskOf(guest, 1));
  });

test.serial('setup: whatever it has done by then, it tells what is left, and the next run ends well', async (t) => {
  if (isHost) return t.pass('the host’s disks do not fail for a test');
  t.timeout(3_600_000);
  const cells: Cell[] = [];
  let guest = await ready();
  const calls = await recordCalls(guest, argv);
  try {
    for (const call of calls.slice(0, -2)) {
      await guest.close();
      guest = await ready();
      const theirs = await bystander(guest, diskOf(guest, 1));
      const standing = await standIn(guest, argv, call);
      if (!('release' in standing)) throw new Error(`never came to ${call}: ${standing.stderr}`);
      await fail(guest);
      const { exitCode, stderr } = await standing.release();
      t.true(exitCode === 1 || exitCode === 4, `${call}: exit ${exitCode}: ${stderr}`);
      t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
      await mend(guest);
      const next = await runWhole(guest, argv);
      t.is(next.exitCode, 0, `${call}: ${next.stderr}`);
      t.regex((await runWhole(guest, argv)).stdout, /nothing to do/, call);
      t.is((await dmtool(guest, ['teardown', '--yes'])).exitCode, 0, call);
      t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
      const end = exitCode === 1 ? 'undone' : 'told, and finished by the next run';
      cells.push(cellOf('setup --engine none', 'disk fails', call, end));
    }
  } finally {
    await guest.close();
  }
  keepCells('setup disk fails', cells);
});
