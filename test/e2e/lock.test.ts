import test from 'ava';
import { boot } from '../lab/boot.ts';
import { assertFinished } from './crash-support/pool.ts';
import { activateStep } from './crash-support/steps.ts';
import { stopAt } from './crash-support/stopping.ts';
import { setupPool } from './support/shell.ts';

// One changing dmtool at a time; looking is always possible.

test.serial('ten set-ups of one pool at once: one does the work, the others stay out of it', async (t) => {
  await using guest = await boot({ disks: ['512M'], memory: '1G' });
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const runs = await Promise.all(Array.from({ length: 10 }, () => guest.run(setup, { timeoutMs: 240_000 })));
  const working = runs.filter(({ stdout }) => stdout.includes('is ready: made, watched and read back'));
  t.is(working.length, 1);
  t.is(working[0]?.exitCode, 0);
  for (const run of runs.filter((each) => !working.includes(each))) {
    t.true([0, 75].includes(run.exitCode), `${run.exitCode}: ${run.stderr}`);
    if (run.exitCode === 0) t.regex(run.stdout, /is as wanted: nothing to do, nothing changed/);
    else t.regex(run.stderr, /another dmtool is at work[\s\S]*-> wait until it is done, then run this again/);
  }
  await assertFinished(t, guest);
});

test.serial('while one is at work, status and --dry-run answer, and another pool has to wait', async (t) => {
  await using guest = await boot({ disks: ['512M', '512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const [first = '', second = ''] = guest.disks;
  const { job, fault } = await stopAt(
    guest,
    ['dmtool', ...setupPool, '--device', first, '--yes'],
    activateStep,
    'after',
  );
  const status = await guest.run(['dmtool', 'status']);
  t.is(status.exitCode, 0, status.stderr);
  t.regex(status.stdout, /docker\/thinpool/);
  const other = ['dmtool', ...setupPool, '--device', second, '--vg', 'other'];
  t.is((await guest.run([...other, '--dry-run'])).exitCode, 0);
  const refused = await guest.run([...other, '--yes', '--json']);
  t.is(refused.exitCode, 75);
  t.like(JSON.parse(refused.stdout), { outcome: 'error', exitCode: 75, error: { name: 'LockHeld' } });
  t.regex(refused.stdout, /another dmtool is at work \(process \d+, setup of docker\/thinpool\)/);
  const late = await guest.run([...other, '--yes', '--lock-timeout', '1s']);
  t.is(late.exitCode, 75);
  t.regex(late.stderr, /^Waiting up to 1 s: another dmtool is at work \(process \d+, setup of docker\/thinpool\)\.\n/);
  const patient = guest.run([...other, '--yes', '--lock-timeout', '5m'], { timeoutMs: 240_000 });
  await fault.release();
  t.is((await job.result).exitCode, 0);
  const waited = await patient;
  t.is(waited.exitCode, 0, waited.stderr);
  await fault.remove();
  await assertFinished(t, guest);
});

// LVM closes the descriptors that it inherits: only a program that really waits inside LVM shows who holds the lock.
const KILLED_IN_LVM = `
mkdir -p /run/lock/lvm
exec 9>/run/lock/lvm/V_docker
flock --exclusive 9
dmtool setup --engine none --device "$1" --yes > /dev/null 2>&1 9>&- &
run=$!
until pgrep --exact vgcreate; do :; done
kill -KILL $run
wait $run
flock --nonblock /run/dmtool/lock echo free || echo held
flock --unlock 9
flock /run/dmtool/lock pgrep --exact vgcreate || echo done`;

test.serial('killed while LVM itself waits: the lock is held until LVM is done', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('the locks of the host are left alone');
  const { stdout } = await guest.run(['sh', '-c', KILLED_IN_LVM, 'story', guest.disks[0] ?? '']);
  t.regex(stdout, /^\d+\nheld\ndone\n$/);
  const next = await guest.run(['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes']);
  t.is(next.exitCode, 0, next.stderr);
  await assertFinished(t, guest);
});

// Whoever waits has been told so, on a pipe, before the signal comes; flock has a session of its own.
const INTERRUPTED = `
mkdir -p /run/dmtool
mkfifo /run/said
exec 9>/run/dmtool/lock
flock --exclusive 9
dmtool setup --engine none --device "$1" --yes --json --lock-timeout 20m 2> /run/said 9>&- &
run=$!
exec 8</run/said
read -r said <&8
until pgrep --exact flock > /dev/null; do :; done
kill "-$2" $run
wait $run || echo "exit $?"
while pgrep --exact flock > /dev/null; do :; done
wipefs "$1"`;

test.serial('a signal ends who waits for the lock, with flock, and nothing was changed', async (t) => {
  for (const signal of ['INT', 'TERM', 'HUP']) {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('the locks of the host are left alone');
    const { stdout } = await guest.run(['bash', '-mc', INTERRUPTED, 'story', guest.disks[0] ?? '', signal]);
    t.regex(stdout, /"exitCode": ?130[\s\S]*"interrupted; nothing was changed"[\s\S]*exit 130\n$/);
  }
});

// A program that leaves something running in the background, as lvchange may start dmeventd.
const LEAVES_A_DAEMON = `
lvm=$(readlink -f "$(command -v lvm)")
mkdir -p /run/story
touch /run/story/lvm
mount --bind "$lvm" /run/story/lvm
cat > /run/story/wrapper <<'END'
#!/bin/bash
if [[ $0 == */pvcreate ]]; then setsid --fork sleep 7654; fi
exec -a "$0" /run/story/lvm "$@"
END
chmod 755 /run/story/wrapper
mount --bind /run/story/wrapper "$lvm"
dmtool setup --engine none --device "$1" --yes > /dev/null || exit
pgrep --exact --count sleep
flock --nonblock /run/dmtool/lock echo free || echo held
umount "$lvm" /run/story/lvm
pkill --exact sleep`;

test.serial('what a step leaves running in the background does not keep the lock', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const { stdout, stderr } = await guest.run(['sh', '-c', LEAVES_A_DAEMON, 'story', guest.disks[0] ?? '']);
  t.is(stdout, '1\nfree\n', stderr);
});

test.serial('a lock that can not be taken is told as such, not as one that somebody holds', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const fault = await guest.failProgram('flock', { exitCode: 71, stderr: 'flock: 3: No locks available\n' });
  const setup = ['dmtool', ...setupPool, '--device', guest.disks[0] ?? '', '--yes'];
  const run = await guest.run(setup);
  t.is(run.exitCode, 3);
  t.regex(run.stderr, /\/run\/dmtool\/lock can't be locked: flock: 3: No locks available\n {2}-> see what "flock/);
  await fault.remove();
  await guest.sh('rm -rf /run/dmtool; touch /run/dmtool');
  const blocked = await guest.run(setup);
  t.is(blocked.exitCode, 3);
  t.regex(blocked.stderr, /\/run\/dmtool\/lock can't be locked: EEXIST[\s\S]*-> see what "flock/);
});
