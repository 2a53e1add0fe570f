import test from 'ava';
import { bootContainerd, snapshotterState, startContainerd } from './support/containerd.ts';
import { ctrExec, ctrRemove, ctrRun, ctrStart, ctrStop, ctrWrite, importBox } from './support/ctr.ts';
import { dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// No disk, only to try it: containerd's devmapper snapshotter on a pool of two files.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const files = '/var/lib/dmtool/containerd-files';

const state = `cat /etc/containerd/config.toml; ls -A /var/lib /var/lib/containerd; find /etc/systemd/system | sort
systemctl show --property=After,Requires --value containerd.service | tr ' ' '\\n' | sort; dmsetup ls; losetup --list --noheadings`;

test.serial('files instead of a disk: made, grown, there after a reboot, and taken back', async (t) => {
  if (isHost) return t.pass('the host’s own containerd is left alone');
  await using guest = await bootContainerd({ init: 'systemd' });
  await startContainerd(guest);
  const before = await must(guest, state);
  const setup = ['setup', '--engine', 'containerd', '--loop', '1G', '--base-size', '128M', '--metadata-size', '16M'];

  const made = await dmtool(guest, [...setup, '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /^Warning: A pool on files is for testing only/m);
  t.regex(made.stdout, /^To undo: dmtool teardown --loop$/m);
  t.is(await snapshotterState(guest), 'ok');
  t.is(await must(guest, `stat -c '%a %s' ${files}/*`), '600 1073741824\n600 16777216\n');
  t.regex(await guest.readFile('/etc/containerd/config.toml'), /discard_blocks = true/);
  await importBox(guest);
  await ctrRun(guest, 'web');
  await ctrWrite(guest, 'web', '/kept', 'of web');
  t.regex((await dmtool(guest, [...setup, '--yes'])).stdout, /nothing to do/);
  const larger = await dmtoolJson(guest, [...setup.with(4, '2G'), '--yes']);
  t.deepEqual([larger.exitCode, ...refusalCodes(larger)], [3, 'pool-differs']);
  const grown = await dmtool(guest, ['resize', '2G', '--yes']);
  t.is(grown.exitCode, 0, grown.stderr);
  t.is((await dmtool(guest, ['status'])).exitCode, 0);

  await guest.reboot();
  await must(guest, 'systemctl start containerd.service');
  t.is(await snapshotterState(guest), 'ok');
  await ctrStart(guest, 'web');
  t.is(await ctrExec(guest, 'web', 'cat', '/kept'), 'of web\n');
  t.regex(await must(guest, 'dmsetup table containerd-files'), /^0 4194304 thin-pool/);
  t.is((await must(guest, 'losetup --list --noheadings')).trim().split('\n').length, 2);

  await ctrStop(guest, 'web');
  await ctrRemove(guest, 'web');
  const back = await dmtool(guest, ['teardown', '--loop', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await must(guest, state), before);
});

test.serial('a pool whose metadata are gone is not made anew at boot, nor by activate', async (t) => {
  if (isHost) return t.pass('the host’s own containerd is left alone');
  await using guest = await bootContainerd({ init: 'systemd' });
  await startContainerd(guest);
  const setup = ['setup', '--engine', 'containerd', '--loop', '1G', '--metadata-size', '16M', '--yes'];
  t.is((await dmtool(guest, setup)).exitCode, 0);
  await must(guest, `mv ${files}/metadata ${files}/kept; truncate --size 16M ${files}/metadata; sync`);
  await guest.reboot();
  t.not((await guest.run(['systemctl', 'start', 'containerd.service'])).exitCode, 0);
  t.notRegex(await must(guest, 'dmsetup ls'), /containerd-files/);
  const refused = await dmtoolJson(guest, ['activate', '--yes']);
  t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, 'metadata-foreign']);

  await must(guest, `losetup --detach-all; mv ${files}/kept ${files}/metadata`);
  const back = await dmtool(guest, ['activate', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await snapshotterState(guest), 'ok');
});
