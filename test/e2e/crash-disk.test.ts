import test, { type ExecutionContext } from 'ava';
import { LabFailure } from '../lab/errors.ts';
import type { Guest } from '../lab/guest.ts';
import { bystander, makeBystander } from './matrix/bystander.ts';
import { bootPrepared, done, FILL, SUM } from './matrix/prepare.ts';
import { recordCalls, runWhole, standIn } from './matrix/run.ts';
import { type Cell, cellOf, keepCells } from './matrix/table.ts';
import { POOL as BLOCK_POOL, enlarge, makeBlockPool } from './support/block-pool.ts';
import { makeThinVolume } from './support/growth.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// The disk fails under a run, after each of its changes; later it is there again.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const FRAIL = '/dev/mapper/frail';
const setup = ['dmtool', ...setupPool, '--device', FRAIL, '--yes'];

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

/** What is left when all is done: the disk is not asked any more. */
const CLOSES = /^rm(dir)? \/var\/lib\/dmtool\b/;

/** A command on a disk that fails under it. */
interface OnFrail {
  readonly name: string;
  readonly prepare: (guest: Guest) => Promise<unknown>;
  readonly argv: readonly string[];
  /** What the same command comes to when the disk is there again. */
  readonly endsWell: (t: ExecutionContext, guest: Guest, cell: string) => Promise<unknown>;
}

const ready = ({ prepare }: OnFrail): Promise<Guest> =>
  bootPrepared(['512M'], async (guest) => {
    await must(guest, make, diskOf(guest));
    await makeBystander(guest, diskOf(guest, 1));
    await prepare(guest);
  });

async function endsAndGoes(t: ExecutionContext, guest: Guest, cell: string): Promise<void> {
  const next = await runWhole(guest, setup);
  t.is(next.exitCode, 0, `${cell}: ${next.stderr}`);
  t.regex((await runWhole(guest, setup)).stdout, /nothing to do/, cell);
  t.is((await dmtool(guest, ['teardown', '--yes'])).exitCode, 0, cell);
}

const resize = ['dmtool', 'resize', '160M', '--yes'];
const resizeOnDevices = ['dmtool', 'resize', '--yes'];
const POOL = 'docker-thinpool';
const sums = new WeakMap<Guest, string>();

/** A pool that fell ill with its disk is refused, and repaired as it says; what was written to it is there. */
const growsWithItsData =
  (argv: readonly string[], pool: string): OnFrail['endsWell'] =>
  async (t, guest, cell) => {
    let next = await runWhole(guest, argv);
    if (next.exitCode === 3) {
      t.regex(next.stderr, /dmtool repair/, cell);
      // Of a device on a pool that has failed the kernel does not say any more how it was made.
      if (pool === BLOCK_POOL) await must(guest, 'udevadm settle; dmsetup remove vol');
      const repaired = await dmtool(guest, ['repair', '--yes']);
      t.is(repaired.exitCode, 0, `${cell}: ${repaired.stderr}`);
      next = await runWhole(guest, argv);
    }
    t.is(next.exitCode, 0, `${cell}: ${next.stderr}`);
    t.is(await must(guest, SUM, pool), sums.get(guest) ?? '', cell);
  };

async function fill(guest: Guest, pool: string): Promise<void> {
  await must(guest, FILL);
  sums.set(guest, await must(guest, SUM, pool));
}

const scenarios: readonly OnFrail[] = [
  { name: 'setup --engine none', prepare: async () => undefined, argv: setup, endsWell: endsAndGoes },
  {
    name: 'resize 160M',
    prepare: async (guest) => {
      await done(guest, [...setup.slice(1, -1), '--data-size', '128M']);
      await makeThinVolume(guest, `/dev/mapper/${POOL}`, 2 ** 25);
      await fill(guest, POOL);
    },
    argv: resize,
    endsWell: growsWithItsData(resize, POOL),
  },
  {
    name: 'resize on devices',
    prepare: async (guest) => {
      await makeBlockPool(guest, FRAIL, '128M', '8M');
      await fill(guest, BLOCK_POOL);
      await enlarge(guest, 'data', '192M');
    },
    argv: resizeOnDevices,
    endsWell: growsWithItsData(resizeOnDevices, BLOCK_POOL),
  },
];

for (const scenario of scenarios)
  test.serial(
    `${scenario.name}: whatever it has done by then, it tells what is left, and the next run ends well`,
    async (t) => {
      if (isHost) return t.pass('the host’s disks do not fail for a test');
      t.timeout(3_600_000);
      const { name, argv } = scenario;
      const cells: Cell[] = [];
      let guest = await ready(scenario);
      const calls = await recordCalls(guest, argv);
      try {
        for (const call of calls.filter((each) => !CLOSES.test(each))) {
          await guest.close();
          guest = await ready(scenario);
          const theirs = await bystander(guest, diskOf(guest, 1));
          const standing = await standIn(guest, argv, call);
          if (!('release' in standing)) throw new LabFailure(`never came to ${call}: ${standing.stderr}`);
          await fail(guest);
          const { exitCode, stderr } = await standing.release();
          t.true(exitCode === 1 || exitCode === 4, `${call}: exit ${exitCode}: ${stderr}`);
          t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
          await mend(guest);
          await scenario.endsWell(t, guest, call);
          t.is(await bystander(guest, diskOf(guest, 1)), theirs, call);
          const end = exitCode === 1 ? 'undone' : 'told, and finished by the next run';
          cells.push(cellOf(name, 'disk fails', call, end));
        }
      } finally {
        await guest.close();
      }
      keepCells(`${name} disk fails`, cells);
    },
  );
