import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { assertFinished } from './crash-support/pool.ts';
import { monitorStep, refreshStep } from './crash-support/steps.ts';
import { stopAt } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

// The steps that look after the pool: its profile, dmeventd, the low water mark.

const setupOf = (guest: Guest): string[] => ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];

test.serial(
  'monitoring and the low water mark: run where no earlier step brought them about, and undone with the rest',
  async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await guest.writeFile('/etc/lvm/lvmlocal.conf', 'activation { monitoring = 0 }\n');
    // An activation that forgets dmeventd, and leaves the low water mark at 0 as LVM does without a threshold.
    await guest.run(['rm', '/usr/sbin/lvchange']);
    await guest.writeFile('/usr/sbin/lvchange', forgetfulLvchange, 0o755);
    const setup = setupOf(guest);
    const before = await takeSnapshot(guest);
    for (const { program, when } of [monitorStep, refreshStep]) {
      for (const mode of ['before', 'after'] as const) {
        const fault = await guest.failProgram(program, { when, mode });
        const failed = await guest.run(setup);
        await fault.remove();
        t.is(failed.exitCode, 1, `${when}: ${failed.stderr}`);
        t.regex(failed.stderr, new RegExp(`failed: ${when}.*exit code 5\n.*by the lab`));
        await assertAsBefore(t, guest, before);
      }
    }
    // The wish to stop may come in the very last step.
    const { job, fault } = await stopAt(guest, setup, refreshStep, 'after');
    job.kill('SIGTERM');
    await fault.release();
    t.is((await job.result).exitCode, 130);
    await fault.remove();
    await assertAsBefore(t, guest, before);

    const done = await guest.run([...setup, '--verbose']);
    t.is(done.exitCode, 0, done.stderr);
    t.regex(done.stderr, /^\$ lvchange --monitor y/m);
    t.regex(done.stderr, /^\$ lvchange --refresh/m);
    await assertFinished(t, guest);
  },
);

const forgetfulLvchange = `#!/bin/bash
[[ $* == *--activate\\ y* ]] && set -- --config activation/thin_pool_autoextend_threshold=100 "\${@:1:6}" "\${@: -2}"
exec -a lvchange /usr/sbin/lvm "$@"
`;

test.serial('the profile can not be written, or can not be attached', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('the file systems of the host are left alone');
  const setup = setupOf(guest);
  const before = await takeSnapshot(guest);
  for (const [hindrance, error] of [
    ['mount --bind /etc/lvm/profile /etc/lvm/profile; mount -o remount,bind,ro /etc/lvm/profile', 'EROFS'],
    [
      'mount -t tmpfs -o size=4k,nr_inodes=3 none /etc/lvm/profile; touch /etc/lvm/profile/1 /etc/lvm/profile/2',
      'ENOSPC',
    ],
  ] as const) {
    t.is((await guest.sh(hindrance)).exitCode, 0);
    const failed = await guest.run(setup);
    t.is((await guest.sh('ls /etc/lvm/profile | grep dmtool; umount /etc/lvm/profile')).stdout, '');
    t.is(failed.exitCode, 1, failed.stderr);
    t.regex(failed.stderr, new RegExp(`"Write /etc/lvm/profile/docker-thinpool.profile" failed: ${error}`));
    await assertAsBefore(t, guest, before);
  }

  // Where there was no directory for profiles, none is left.
  await guest.sh('mv /etc/lvm/profile /etc/lvm/elsewhere');
  const without = await takeSnapshot(guest);
  const fault = await guest.failProgram('lvchange', { when: '--metadataprofile', mode: 'after' });
  t.is((await guest.run(setup)).exitCode, 1);
  await fault.remove();
  await assertAsBefore(t, guest, without);
});
