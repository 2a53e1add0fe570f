import test from 'ava';
import { boot } from '../lab/boot.ts';
import { LabFailure } from '../lab/errors.ts';
import type { Fault, Guest } from '../lab/guest.ts';
import { bootBusyDocker, hostState } from './crash-support/docker-host.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { patience } from './crash-support/points.ts';
import { assertFinished } from './crash-support/pool.ts';
import { FRAIL, shield } from './matrix/frail.ts';
import { makeBlockPool } from './support/block-pool.ts';
import { makeLoopPool, poolState } from './support/raw-pool.ts';
import { diskOf, dmtool, setupPool } from './support/shell.ts';
import { needCheck } from './support/sick-pool.ts';

// Programs that do not end in time: one that looks is given up, one that changes something is told of, and waited for.

const isHost = process.env['DMTOOL_LAB'] === 'host';

test.serial('a program that only looks is given up, and nothing was changed', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await takeSnapshot(guest);
  const fault = await guest.hangProgram('lvmconfig');
  const { exitCode, stderr } = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
  await fault.remove();
  t.is(exitCode, 5, stderr);
  t.regex(stderr, /lvmconfig .*\b30 s/s);
  await assertAsBefore(t, guest, before);
});

test.serial('a program that changes something is never killed: it is told of, and the lock stays held', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = [...setupPool, '--device', diskOf(guest), '--yes'];
  const fault = await guest.hangProgram('lvconvert');
  const job = guest.start(['sh', '-c', '"$@" 2> /run/told', 'sh', 'dmtool', ...setup], patience);
  await fault.reached();
  await told(guest, 'lvconvert');
  const other = await dmtool(guest, setup);
  t.is(other.exitCode, 75, other.stderr);
  t.is((await dmtool(guest, ['status'])).exitCode, 3);
  await fault.release();
  t.is((await job.result).exitCode, 0, await guest.readFile('/run/told'));
  await fault.remove();
  await assertFinished(t, guest);
});

const TELLS = 'tail -c +1 -F /run/told 2> /dev/null | grep -q -m1 "Still running after its deadline.*$1"';

/** Waits until an operator reads it: two minutes, and what a busy host takes beside them. */
async function told(guest: Guest, words: string): Promise<void> {
  const { exitCode, stderr } = await guest.run(['sh', '-euc', TELLS, 'sh', words], patience);
  if (exitCode !== 0) throw new LabFailure(`never told of ${words}: ${stderr}`);
}

/** Lets the program hang until that was told, in these words, and has it go on. @returns how dmtool ended */
async function outlast(guest: Guest, argv: readonly string[], fault: Fault, words: string) {
  const job = guest.start(['sh', '-c', '"$@" 2> /run/told', 'sh', ...argv], patience);
  await fault.reached();
  await told(guest, words);
  await fault.release();
  const ended = await job.result;
  await fault.remove();
  return { ...ended, told: await guest.readFile('/run/told') };
}

test.serial('a pool gets its new table: it is told by a name, and nothing stays suspended', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '1G', '8M');
  const fault = await guest.hangProgram('dmsetup', { when: 'resume' });
  const { exitCode, told } = await outlast(guest, ['dmtool', 'resize', '2G', '--yes'], fault, 'reload-table');
  t.is(exitCode, 0, told);
  t.notRegex(told, /for table in/);
  t.regex(await poolState(guest), /^0 4194304 thin-pool .*\n\S+:Active:Live/m);
});

test.serial('a service that does not stop, and one that does not start', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootBusyDocker();
  const before = await hostState(guest);
  const setup = ['dmtool', 'setup', '--device', diskOf(guest), '--yes'];
  const stop = await guest.hangProgram('service', { when: 'docker stop' });
  const made = await outlast(guest, setup, stop, 'service docker stop');
  t.is(made.exitCode, 0, made.told);
  const start = await guest.hangProgram('service', { when: 'docker start' });
  const back = await outlast(guest, ['dmtool', 'teardown', '--yes'], start, 'service docker start');
  t.is(back.exitCode, 0, back.told);
  t.deepEqual(await hostState(guest), before);
});

test.serial('a check of metadata that takes its time', async (t) => {
  if (isHost) return t.pass('the host’s pools are not made ill');
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  await shield(guest);
  // LVM would ask thin_check by itself, before dmtool does.
  await makeBlockPool(guest, FRAIL, '128M', '8M');
  await needCheck(guest, 'frail', '/dev/mapper/vol', 400);
  const fault = await guest.hangProgram('thin_check');
  const { exitCode, told } = await outlast(guest, ['dmtool', 'repair', '--yes'], fault, 'thin_check');
  t.is(exitCode, 0, told);
});
