import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { Guest } from '../lab/guest.ts';
import { bootBusyDocker } from './crash-support/docker-host.ts';
import { FRAIL, tellFrail } from './matrix/frail.ts';
import { runWhole } from './matrix/run.ts';
import { dockerState } from './support/containers.ts';
import { dmtool } from './support/shell.ts';

// The disk fails under Docker, while Docker moves onto it.

const setup = ['dmtool', 'setup', '--device', FRAIL, '--yes'];
const before = new WeakMap<Guest, unknown>();

async function endsAndGoes(t: ExecutionContext, guest: Guest, cell: string): Promise<void> {
  let next = await runWhole(guest, setup);
  if (next.exitCode === 3) {
    // The pool fell ill with its disk.
    t.regex(next.stderr, /dmtool repair/, cell);
    const repaired = await dmtool(guest, ['repair', '--yes']);
    t.is(repaired.exitCode, 0, `${cell}: ${repaired.stderr}`);
    next = await runWhole(guest, setup);
  }
  t.is(next.exitCode, 0, `${cell}: ${next.stderr}`);
  t.regex((await runWhole(guest, setup)).stdout, /nothing to do/, cell);
  t.is((await dmtool(guest, ['teardown', '--yes'])).exitCode, 0, cell);
  t.deepEqual(await dockerState(guest), before.get(guest), cell);
}

tellFrail([
  {
    name: 'setup with Docker 20.10',
    size: '2G',
    boot: bootBusyDocker,
    prepare: async (guest) => before.set(guest, await dockerState(guest)),
    argv: setup,
    meanwhile: async (t, guest, cell) =>
      t.true(isDeepStrictEqual(await dockerState(guest), before.get(guest)), `${cell}: Docker is as it was`),
    endsWell: endsAndGoes,
  },
]);
