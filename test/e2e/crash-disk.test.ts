import type { ExecutionContext } from 'ava';
import type { Guest } from '../lab/guest.ts';
import { FRAIL, type OnFrail, tellFrail } from './matrix/frail.ts';
import { done, FILL, SUM } from './matrix/prepare.ts';
import { runWhole } from './matrix/run.ts';
import { POOL as BLOCK_POOL, enlarge, makeBlockPool } from './support/block-pool.ts';
import { makeThinVolume } from './support/growth.ts';
import { dmtool, must, setupPool } from './support/shell.ts';

// The disk fails under setup, and under a resize with LVM and without.

const setup = ['dmtool', ...setupPool, '--device', FRAIL, '--yes'];

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
  { name: 'setup --engine none', size: '512M', prepare: async () => undefined, argv: setup, endsWell: endsAndGoes },
  {
    name: 'resize 160M',
    size: '512M',
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
    size: '512M',
    prepare: async (guest) => {
      await makeBlockPool(guest, FRAIL, '128M', '8M');
      await fill(guest, BLOCK_POOL);
      await enlarge(guest, 'data', '192M');
    },
    argv: resizeOnDevices,
    endsWell: growsWithItsData(resizeOnDevices, BLOCK_POOL),
  },
];

tellFrail(scenarios);
