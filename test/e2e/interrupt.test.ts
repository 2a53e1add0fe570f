import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { stopAt } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

// Somebody stops dmtool at its work: the running program ends by itself, then everything is undone.

test.serial('SIGINT and SIGTERM, to dmtool alone or to its whole group, once or again and again', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const before = await takeSnapshot(guest);
  for (const { program, when, mode, signals, target } of [
    { program: 'pvcreate', when: '', mode: 'before', signals: ['SIGINT'], target: 'group' },
    { program: 'lvconvert', when: '', mode: 'before', signals: ['SIGTERM'], target: 'program' },
    {
      program: 'lvchange',
      when: '--metadataprofile',
      mode: 'after',
      signals: ['SIGINT', 'SIGINT', 'SIGTERM'],
      target: 'group',
    },
  ] as const) {
    const { job, fault } = await stopAt(guest, setup, { step: program, program, when }, mode);
    for (const signal of signals) job.kill(signal, target);
    // While dmtool waits, its program is still there, and the lock is held.
    t.is((await guest.run(setup)).exitCode, 75);
    await fault.release();
    const ended = await job.result;
    await fault.remove();
    t.is(ended.exitCode, 130, `${program}: ${ended.stderr}`);
    t.regex(
      ended.stderr,
      /Interrupted: waiting for the running command, then undoing what can be undone\.\n[\s\S]*the machine is as before/,
    );
    if (signals.length > 1)
      t.regex(ended.stderr, /Interrupted again: step \d+ of \d+ runs, "[^"]+"; then it is all undone\./);
    await assertAsBefore(t, guest, before);
  }
});

test.serial('Ctrl-C while dmtool looks at the machine, and while it undoes', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const before = await takeSnapshot(guest);

  // The reader that hangs is the first one after the first change: the pools are looked at before the monitoring.
  const stopped = await stopAt(guest, setup, { step: '', program: 'lvchange', when: '--metadataprofile' }, 'after');
  const reader = await guest.hangProgram('dmsetup', { when: 'table' });
  await stopped.fault.release();
  await reader.reached();
  stopped.job.kill('SIGINT', 'group');
  await reader.release();
  const interrupted = await stopped.job.result;
  await reader.remove();
  await stopped.fault.remove();
  t.is(interrupted.exitCode, 130, interrupted.stderr);
  await assertAsBefore(t, guest, before);

  const failing = await guest.failProgram('vgcreate', { mode: 'after' });
  const undoing = await stopAt(guest, setup, { step: '', program: 'vgremove', when: '' }, 'before');
  undoing.job.kill('SIGINT', 'group');
  undoing.job.kill('SIGTERM', 'group');
  await undoing.fault.release();
  const failed = await undoing.job.result;
  await undoing.fault.remove();
  await failing.remove();
  t.is(failed.exitCode, 1, failed.stderr);
  await assertAsBefore(t, guest, before);
});
