import test from 'ava';
import { boot } from '../lab/boot.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, setupPool } from './support/shell.ts';
import { machineState } from './support/state.ts';

// A pool outlives the power, and a later setup mends what others have taken from it.

test('after a reboot the pool is back as it was; what is lost of its care, setup gives back', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('reboot')) return t.pass('the host is not rebooted');
  const disk = diskOf(guest);
  const args = [...setupPool, '--device', disk, '--yes'];
  const made = await dmtool(guest, args);
  t.is(made.exitCode, 0, made.stderr);
  const pool = await poolFacts(guest, 'docker/thinpool');

  await guest.reboot();
  await must(guest, 'vgchange --activate y docker');
  t.deepEqual(await poolFacts(guest, 'docker/thinpool'), pool);
  const before = await machineState(guest, [disk]);
  const again = await dmtoolJson(guest, args);
  t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 });
  t.is(await machineState(guest, [disk]), before);

  const steps = async (): Promise<string[]> => {
    const answer = await dmtoolJson(guest, args);
    t.is(answer.exitCode, 0, answer.stderr);
    t.deepEqual(await poolFacts(guest, 'docker/thinpool'), pool);
    return (answer.document.steps ?? []).map(({ id }) => id);
  };
  await must(guest, 'lvchange --monitor n docker/thinpool');
  t.deepEqual(await steps(), ['monitor']);
  await must(guest, 'lvchange --activate n docker');
  t.is((await steps())[0], 'activate');
  await must(guest, 'lvchange --detachprofile docker/thinpool');
  t.true((await steps()).includes('attach-profile'));
  await must(guest, 'rm /etc/lvm/profile/docker-thinpool.profile');
  t.deepEqual(await steps(), ['profile']);
  t.regex(await guest.readFile('/etc/lvm/profile/docker-thinpool.profile'), /threshold=80/);
});
