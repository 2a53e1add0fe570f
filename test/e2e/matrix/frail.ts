import test, { type ExecutionContext } from 'ava';
import { LabFailure } from '../../lab/errors.ts';
import type { BootOptions, Guest } from '../../lab/guest.ts';
import { diskOf, must } from '../support/shell.ts';
import { bystander, makeBystander } from './bystander.ts';
import { bootPrepared } from './prepare.ts';
import { recordCalls, standIn } from './run.ts';
import { type Cell, cellOf, keepCells } from './table.ts';

// The disk fails under a run, after each of its changes; later it is there again.

const isHost = process.env['DMTOOL_LAB'] === 'host';

/** The disk by another name, whose table can be changed. */
export const FRAIL = '/dev/mapper/frail';

const make = `dmsetup create frail --table "0 $(blockdev --getsz "$1") linear $1 0"
echo "devices { global_filter = [ \\"r|^$1$|\\" ] }" >> /etc/lvm/lvm.conf`;

/** Makes it of a guest's first disk, at which LVM does not look by its own name. */
export const shield = (guest: Guest): Promise<string> => must(guest, make, diskOf(guest));

const swap = (guest: Guest, table: string): Promise<string> =>
  must(
    guest,
    `dmsetup suspend --noflush --nolockfs frail; echo "0 $(blockdev --getsz "$1") ${table}" | dmsetup load frail; dmsetup resume frail`,
    diskOf(guest),
  );

export const fail = (guest: Guest): Promise<string> => swap(guest, 'error');
export const mend = (guest: Guest): Promise<string> => swap(guest, `linear ${diskOf(guest)} 0`);

/** What is left when all is done: the disk is not asked any more. */
const CLOSES = /^rm(dir)? \/var\/lib\/dmtool\b/;

/** A command on a disk that fails under it. */
export interface OnFrail {
  readonly name: string;
  readonly size: string;
  readonly prepare: (guest: Guest) => Promise<unknown>;
  readonly argv: readonly string[];
  readonly boot?: (options: BootOptions) => Promise<Guest>;
  /** What holds while the disk is away, and the run has not come to its end. */
  readonly meanwhile?: (t: ExecutionContext, guest: Guest, cell: string) => Promise<unknown>;
  /** What the same command comes to when the disk is there again. */
  readonly endsWell: (t: ExecutionContext, guest: Guest, cell: string) => Promise<unknown>;
}

const ready = ({ size, prepare, boot }: OnFrail): Promise<Guest> =>
  bootPrepared(
    [size],
    async (guest) => {
      await shield(guest);
      await makeBystander(guest, diskOf(guest, 1));
      await prepare(guest);
    },
    boot,
  );

/** How a run ends. After its last change nobody may have asked the disk for anything, and all that is read back is well. */
const ENDS: Readonly<Record<number, string>> = {
  0: 'all was done',
  1: 'undone',
  4: 'told, and finished by the next run',
};

/** The cell of one change: the run tells, harms nobody, and the next one ends well. */
async function strike(
  t: ExecutionContext,
  scenario: OnFrail,
  guest: Guest,
  { call, isLast }: { call: string; isLast: boolean },
): Promise<Cell> {
  const theirs = await bystander(guest, diskOf(guest, 1));
  const standing = await standIn(guest, scenario.argv, call);
  if (!('release' in standing)) throw new LabFailure(`never came to ${call}: ${standing.stderr}`);
  await fail(guest);
  const { exitCode, stderr } = await standing.release();
  t.true([...(isLast ? [0] : []), 1, 4].includes(exitCode), `${call}: exit ${exitCode}: ${stderr}`);
  t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
  if (exitCode !== 0) await scenario.meanwhile?.(t, guest, call);
  await mend(guest);
  await scenario.endsWell(t, guest, call);
  t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
  return cellOf(scenario.name, 'disk fails', call, ENDS[exitCode] ?? '');
}

/** One test for each command. */
export function tellFrail(scenarios: readonly OnFrail[]): void {
  for (const scenario of scenarios)
    test.serial(`${scenario.name}: whatever it has done by then, it tells, and the next run ends well`, async (t) => {
      if (isHost) return t.pass('the host’s disks do not fail for a test');
      t.timeout(3_600_000);
      const cells: Cell[] = [];
      let guest = await ready(scenario);
      try {
        const calls = (await recordCalls(guest, scenario.argv)).filter((each) => !CLOSES.test(each));
        for (const call of calls) {
          await guest.close();
          guest = await ready(scenario);
          cells.push(await strike(t, scenario, guest, { call, isLast: call === calls.at(-1) }));
        }
      } finally {
        await guest.close();
      }
      keepCells(`${scenario.name} disk fails`, cells);
      t.log(`${cells.length} cells`);
    });
}
