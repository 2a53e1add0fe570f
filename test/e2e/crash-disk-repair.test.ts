import type { ExecutionContext } from 'ava';
import type { Guest } from '../lab/guest.ts';
import { FRAIL, tellFrail } from './matrix/frail.ts';
import { done, FILL, SUM } from './matrix/prepare.ts';
import { runWhole } from './matrix/run.ts';
import { makeThinVolume } from './support/growth.ts';
import { must, setupPool } from './support/shell.ts';
import { needCheck } from './support/sick-pool.ts';

// The disk fails once more while its pool is repaired.

const POOL = 'docker-thinpool';
/** 64 KiB each: behind what is filled, within the volume. */
const UNMAPPED_BLOCK = 400;
const repair = ['dmtool', 'repair', '--yes'];
const sums = new WeakMap<Guest, string>();

async function makeSickPool(guest: Guest): Promise<void> {
  await done(guest, [...setupPool, '--device', FRAIL, '--data-size', '128M']);
  await makeThinVolume(guest, `/dev/mapper/${POOL}`, 2 ** 25);
  await must(guest, FILL);
  sums.set(guest, await must(guest, SUM, POOL));
  await needCheck(guest, 'frail', '/dev/mapper/vol', UNMAPPED_BLOCK);
}

/** It is repaired in the end, by the next run or one more, and what was on it is there. */
async function endsRepaired(t: ExecutionContext, guest: Guest, cell: string): Promise<void> {
  let next = await runWhole(guest, repair);
  if (next.exitCode === 3 && /does not say any more how it was made/.test(next.stderr)) {
    await must(guest, 'udevadm settle; dmsetup remove --retry vol');
    next = await runWhole(guest, repair);
  }
  t.true(next.exitCode === 0 || /it is well/.test(next.stderr), `${cell}: exit ${next.exitCode}: ${next.stderr}`);
  t.is(await must(guest, SUM, POOL), sums.get(guest) ?? '', cell);
  t.regex(await must(guest, 'dmsetup status --noflush "$1"', POOL), / rw .* - /, cell);
}

tellFrail([{ name: 'repair', size: '512M', prepare: makeSickPool, argv: repair, endsWell: endsRepaired }]);
