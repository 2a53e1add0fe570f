import test from 'ava';
import { assertHostAsBefore, bootBusyDocker, dockerPid, hostState } from './crash-support/docker-host.ts';
import { failAt } from './crash-support/points.ts';
import { pointsOf } from './crash-support/sample.ts';
import { stepsToAttachment } from './crash-support/steps.ts';
import { diskOf } from './support/shell.ts';

test('the pool fails, at each of its steps, while Docker runs on: nobody stops it', async (t) => {
  t.timeout(20 * 60_000);
  await using guest = await bootBusyDocker();
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await hostState(guest);
  const pid = await dockerPid(guest);
  const [first, ...others] = stepsToAttachment;
  for (const call of pointsOf(
    stepsToAttachment,
    [first, others.at(-1)].filter((each) => each !== undefined),
  )) {
    const failed = await failAt(guest, ['dmtool', 'setup', '--device', diskOf(guest), '--yes'], {
      ...call,
      mode: 'after',
    });
    t.is(failed.exitCode, 1, `${call.step}: ${failed.stderr}`);
    t.regex(failed.stderr, /by the lab\n[\s\S]*the machine is as before/);
    t.is(await dockerPid(guest), pid, call.step);
    await assertHostAsBefore(t, guest, before, call.step);
  }
});
