import type { ExecutionContext } from 'ava';
import { LabFailure } from '../../lab/errors.ts';
import type { Guest } from '../../lab/guest.ts';
import { diskOf, must } from '../support/shell.ts';
import { bystander, makeBystander } from './bystander.ts';
import { failIn, recordCalls, runWhole, type Standing, standIn } from './run.ts';
import type { Scenario } from './scenario.ts';
import { type Cell, cellOf } from './table.ts';

/** What strikes a change. */
export type Kind = 'fails' | 'kill -9' | 'power cut';

/** A machine on which nothing has been done yet. */
interface Ready {
  readonly guest: Guest;
  readonly before: string;
  readonly data: string;
  readonly bystander: string;
}

const bystanderDisk = (guest: Guest): string => diskOf(guest, guest.disks.length - 1);

async function ready(scenario: Scenario): Promise<Ready> {
  const guest = await scenario.boot();
  try {
    await makeBystander(guest, bystanderDisk(guest));
    // Who loses power later has been at work for a while by then.
    await must(guest, 'sync');
    const data = (await scenario.data?.(guest)) ?? '';
    return {
      guest,
      before: await scenario.state(guest),
      data,
      bystander: await bystander(guest, bystanderDisk(guest)),
    };
  } catch (error) {
    await guest.close();
    throw error;
  }
}

/** The changes of a run that nothing disturbs, in order. */
async function callsOf(scenario: Scenario): Promise<string[]> {
  const { guest } = await ready(scenario);
  await using _ = guest;
  return await recordCalls(guest, scenario.argv(guest));
}

/** Goes through all changes of a command, and has each of them struck once. */
export async function strikeAll(t: ExecutionContext, scenario: Scenario, kind: Kind): Promise<Cell[]> {
  const calls = await callsOf(scenario);
  return kind === 'fails' ? failEach(t, scenario, calls) : interruptEach(t, scenario, calls, kind);
}

/** What must hold whatever has happened. */
async function assertUnharmed(t: ExecutionContext, scenario: Scenario, now: Ready, cell: string): Promise<void> {
  const { guest } = now;
  t.is(await bystander(guest, bystanderDisk(guest)), now.bystander, cell);
  for (const path of scenario.settings ?? []) await assertReadable(guest, path);
  if (scenario.data) t.is(await scenario.data(guest), now.data, cell);
}

/** Settings of an engine, where there are any. */
async function assertReadable(guest: Guest, path: string): Promise<void> {
  const { exitCode, stdout } = await guest.run(['cat', path]);
  if (exitCode !== 0) return;
  if (path.endsWith('.json')) JSON.parse(stdout);
  else await must(guest, 'containerd config dump > /dev/null');
}

/** The same command ends well, and once more there is nothing left to do. */
async function assertEndsWell(t: ExecutionContext, scenario: Scenario, { guest }: Ready, cell: string): Promise<void> {
  const next = await runWhole(guest, scenario.argv(guest));
  const isDoneAlready = scenario.refusesAfter !== undefined && next.exitCode === 3;
  t.true(next.exitCode === 0 || isDoneAlready, `${cell}: exit ${next.exitCode}: ${next.stderr}`);
  const last = await runWhole(guest, [...scenario.argv(guest), '--json']);
  const { outcome, refusals = [] } = JSON.parse(last.stdout);
  t.is(refusals[0]?.code ?? outcome, scenario.refusesAfter ?? 'nothing-to-do', cell);
  await scenario.startEngine?.(guest);
}

const endOf = (exitCode: number, isTold: boolean): string => {
  if (exitCode !== 0) return 'told, and finished by the next run';
  return isTold ? 'done, and told' : 'done without it';
};

/** A run that is undone leaves the machine as it was, for the next; one that could not be is finished by another. */
async function failEach(t: ExecutionContext, scenario: Scenario, calls: readonly string[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  let now = await ready(scenario);
  try {
    for (const call of calls) {
      const cell = `${scenario.name}, fails: ${call}`;
      const { exitCode, stderr } = await failIn(now.guest, scenario.argv(now.guest), call);
      await assertUnharmed(t, scenario, now, cell);
      // A run that goes well without it has not needed it, as systemctl reset-failed where nothing has failed.
      const isTold = /by the lab/.test(stderr);
      t.true(isTold || exitCode === 0, `${cell}: not told: ${stderr}`);
      const after = await scenario.state(now.guest);
      const isUndone = after === now.before;
      if (isUndone) {
        t.not(exitCode, 0, cell);
        await scenario.startEngine?.(now.guest);
      } else {
        // What comes after the work itself, as the record of it, does not make the work a failure.
        if (exitCode !== 4 && exitCode !== 0) t.is(after, now.before, `${cell}: exit ${exitCode}: ${stderr}`);
        await assertEndsWell(t, scenario, now, cell);
        await now.guest.close();
        now = await ready(scenario);
      }
      cells.push(cellOf(scenario.name, 'fails', call, isUndone ? 'undone' : endOf(exitCode, isTold)));
    }
  } finally {
    await now.guest.close();
  }
  return cells;
}

/** Each run goes on where the one before was cut off, until one has nothing left of it to do; then another machine begins. */
async function interruptEach(
  t: ExecutionContext,
  scenario: Scenario,
  calls: readonly string[],
  kind: 'kill -9' | 'power cut',
): Promise<Cell[]> {
  const cells: Cell[] = [];
  let now = await ready(scenario);
  let isFresh = true;
  try {
    for (const call of calls) {
      const cell = `${scenario.name}, ${kind}: ${call}`;
      let standing = await standIn(now.guest, scenario.argv(now.guest), call);
      if (!('kill' in standing)) {
        t.is(standing.exitCode, 0, `${cell}: ${standing.stderr}`);
        if (isFresh) throw new LabFailure(`${cell}: never came`);
        await assertEndsWell(t, scenario, now, cell);
        await now.guest.close();
        now = await ready(scenario);
        standing = await standIn(now.guest, scenario.argv(now.guest), call);
        if (!('kill' in standing)) throw new LabFailure(`${cell}: never came: ${standing.stderr}`);
      }
      const end = await strike(scenario, now.guest, standing, { kind, call });
      isFresh = false;
      await assertUnharmed(t, scenario, now, cell);
      cells.push(cellOf(scenario.name, kind, call, end));
    }
    await assertEndsWell(t, scenario, now, `${scenario.name}, ${kind}: in the end`);
  } finally {
    await now.guest.close();
  }
  return cells;
}

const CARRIED_ON = 'carried on';

async function strike(
  scenario: Scenario,
  guest: Guest,
  standing: Standing,
  { kind, call }: { kind: Kind; call: string },
): Promise<string> {
  if (kind === 'kill -9') {
    await standing.kill();
    return CARRIED_ON;
  }
  await guest.cut();
  await guest.reboot();
  await scenario.afterCut?.(guest);
  try {
    await scenario.startEngine?.(guest);
    return CARRIED_ON;
  } catch (error) {
    const { after, says } = scenario.staysDown ?? {};
    if (!(after?.test(call) && says?.test((error as Error).message)))
      throw new LabFailure(`${scenario.name}, ${kind}: ${call}: ${(error as Error).message}`);
    return `${CARRIED_ON}; the engine stayed down till then`;
  }
}
