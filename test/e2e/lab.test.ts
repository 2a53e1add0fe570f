import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import test from 'ava';
import { boot } from '../lab/boot.ts';
import { GuestDied, LabTimeout } from '../lab/errors.ts';

// The lab's own story: what the other stories take for granted.

test('a program in the guest answers with its output, byte for byte, and its exit code', async (t) => {
  await using guest = await boot();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
  const echoed = await guest.run(['sh', '-c', 'cat; echo "$WORD in $PWD" >&2; exit 3'], {
    input: bytes,
    env: { WORD: 'two words' },
    cwd: '/usr',
  });
  t.deepEqual(Buffer.from(echoed.stdoutBytes), Buffer.from(bytes));
  t.is(echoed.stderr, 'two words in /usr\n');
  t.is(echoed.exitCode, 3);

  t.is((await guest.run(['no-such-program'])).exitCode, 127);
  t.like(await guest.sh('kill -TERM $$'), { exitCode: 143, signal: 'SIGTERM' });

  await guest.writeFile(`${guest.share.guest}/some/file`, bytes, 0o640);
  t.is((await guest.sh(`stat -c "%a %s" ${guest.share.guest}/some/file`)).stdout, '640 300000\n');
  await guest.writeFile(`${guest.share.guest}/text`, 'ä line\n');
  t.is(await guest.readFile(`${guest.share.guest}/text`), 'ä line\n');
  await t.throwsAsync(guest.readFile(`${guest.share.guest}/none`), { message: /No such file/ });
});

test('programs run side by side, and a started one can be killed', async (t) => {
  await using guest = await boot();
  // A named pipe works only within one kernel, so not in the share, which two kernels see.
  const pipe = (await guest.sh('path=$(mktemp -u) && mkfifo "$path" && printf %s "$path"')).stdout;
  const reader = guest.start(['cat', pipe]);
  await guest.run(['sh', '-c', 'echo hello > "$1"; rm "$1"', 'sh', pipe]);
  t.is((await reader.result).stdout, 'hello\n');

  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => guest.run(['echo', String(index)])));
  t.deepEqual(
    answers.map((answer) => answer.stdout.trim()),
    Array.from({ length: 20 }, (_, index) => String(index)),
  );

  const sleeper = guest.start(['sleep', '1000']);
  sleeper.kill('SIGKILL');
  t.is((await sleeper.result).signal, 'SIGKILL');
  await t.throwsAsync(guest.run(['sleep', '1000'], { timeoutMs: 50 }), { instanceOf: LabTimeout });
});

test('disks are blank and as large as asked for; pools on them are real, monitored, and back after a reboot', async (t) => {
  await using guest = await boot({ disks: ['10G', '512M'] });
  const [first = '', second = ''] = guest.disks;
  const sizes = await guest.run(['blockdev', '--getsize64', first, second]);
  t.is(sizes.stdout, `${10 * 2 ** 30}\n${512 * 2 ** 20}\n`);
  t.is((await guest.run(['wipefs', ...guest.disks])).stdout, '');

  const made = await guest.sh(`set -e; pvcreate ${first}; vgcreate vg ${first}; lvcreate -L 1G -T vg/pool`);
  t.is(made.exitCode, 0, made.stderr);
  t.notRegex(made.stderr, /leaked|udev/);
  const seen = ['lvs', '--noheadings', '-o', 'lv_active,seg_monitor', 'vg/pool'];
  t.regex((await guest.run(seen)).stdout, /active\s+monitored/);
  t.regex((await guest.run(['dmsetup', 'status', '--noflush', 'vg-pool'])).stdout, / thin-pool .* rw /);

  if (!guest.can('reboot')) return;
  await guest.reboot();
  t.regex((await guest.run(seen)).stdout, /active\s+monitored/);
});

test('nothing that a guest writes reaches the host', async (t) => {
  await using guest = await boot();
  if (!guest.can('reboot')) return t.pass('the host itself is the machine under test');
  const path = '/etc/dmtool-lab-was-here';
  t.is((await guest.sh(`echo x > ${path} && echo x > /tmp/dmtool-lab-was-here && rm /etc/passwd`)).exitCode, 0);
  t.false(existsSync(path));
  t.true(existsSync('/etc/passwd'));
  t.not((await guest.sh(`touch '${import.meta.dirname}/written'`)).exitCode, 0);
  t.is((await guest.sh('ls -A /etc/lvm/archive; hostname')).stdout, 'dmtool-lab\n');
  t.is((await guest.sh(`echo large > ${guest.share.guest}/large`)).exitCode, 0);
  t.is((await stat(`${guest.share.host}/large`)).size, 6);
});

test('after a power cut everything is there that was synced, and the guest boots again', async (t) => {
  await using guest = await boot({ disks: ['64M'] });
  if (!guest.can('cut')) return t.pass('the power of the host is not cut');
  const content = 'kept\n'.repeat(10_000);
  await guest.writeFile('/etc/kept', content);
  await guest.sh(`sync; echo disk | dd of=${guest.disks[0]} conv=fsync status=none`);
  const left = guest.start(['sh', '-c', 'echo lost; sleep 1000']);
  await guest.cut();
  await t.throwsAsync(left.result, { instanceOf: GuestDied });
  t.throws(() => guest.start(['true']), { instanceOf: GuestDied });

  await guest.reboot();
  t.is(await guest.readFile('/etc/kept'), content);
  t.is((await guest.run(['head', '-c5', guest.disks[0] ?? ''])).stdout, 'disk\n');
  await guest.writeFile('/var/unsynced', 'but powered off cleanly');
  await guest.reboot();
  t.is(await guest.readFile('/var/unsynced'), 'but powered off cleanly');
});

test('a guest that dies says so, with the end of its console', async (t) => {
  await using guest = await boot();
  if (!guest.can('cut')) return t.pass('the host had better not die');
  const error = await t.throwsAsync(
    guest.sh('echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 1000'),
    {
      instanceOf: GuestDied,
    },
  );
  t.regex(error?.message ?? '', /sysrq triggered crash/i);
  await guest.reboot();
  t.is((await guest.run(['true'])).exitCode, 0);
});

test('a program can be made to fail, before or after doing its work', async (t) => {
  await using guest = await boot({ disks: ['64M', '64M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const [first = '', second = ''] = guest.disks;
  const before = await guest.failProgram('pvcreate', { when: first, exitCode: 7, stderr: "it's broken\n" });
  t.like(await guest.run(['pvcreate', first]), { exitCode: 7, stderr: "it's broken\n", stdout: '' });
  t.is((await guest.run(['lvm', 'pvcreate', first])).exitCode, 7);
  await before.reached();
  t.is((await guest.run(['pvcreate', second])).exitCode, 0);
  t.is((await guest.run(['pvs', '--noheadings', '-o', 'pv_name'])).stdout.trim(), second);
  await before.remove();

  const after = await guest.failProgram('pvcreate', { mode: 'after' });
  t.is((await guest.run(['pvcreate', first])).exitCode, 5);
  await after.remove();
  t.is((await guest.run(['pvs', first])).exitCode, 0);
  t.is((await guest.sh('grep -c lab-faults /proc/self/mountinfo')).stdout, '0\n');
});

test('a program can be stopped at a call, and be let go or killed there', async (t) => {
  await using guest = await boot({ disks: ['64M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const disk = guest.disks[0] ?? '';
  const isVolume = async () => (await guest.run(['pvs', disk])).exitCode === 0;

  const before = await guest.hangProgram('pvcreate', { when: disk });
  const script = guest.start(['sh', '-c', 'pvcreate "$1"; echo "then $?"', 'sh', disk]);
  await before.reached();
  t.false(await isVolume());
  await before.release();
  t.regex((await script.result).stdout, /successfully created[\s\S]*then 0/);
  await before.remove();
  t.is((await guest.run(['pvremove', disk])).exitCode, 0);

  const after = await guest.hangProgram('pvcreate', { mode: 'after' });
  const killed = guest.start(['sh', '-c', 'pvcreate "$1"; echo then', 'sh', disk]);
  await after.reached();
  t.true(await isVolume());
  killed.kill('SIGKILL');
  t.is((await killed.result).exitCode, 137);
  await after.remove();
  t.is((await guest.sh('ps ax | grep -c "[p]vcreate"')).stdout, '0\n');
});

test('two guests at once know nothing of each other', async (t) => {
  const guests = await Promise.all([boot({ disks: ['64M'] }), boot({ disks: ['64M'] })]);
  await using one = guests[0];
  await using other = guests[1];
  if (!one.can('reboot')) return t.pass('there is one host');
  await one.writeFile('/tmp/mine', 'one');
  t.is((await other.run(['cat', '/tmp/mine'])).exitCode, 1);
  t.is((await one.run(['vgcreate', 'vg', one.disks[0] ?? ''])).exitCode, 0);
  t.is((await other.run(['vgs', 'vg'])).exitCode, 5);
});
