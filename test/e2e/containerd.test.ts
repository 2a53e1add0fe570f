import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { bootContainerd, snapshotterState, startContainerd } from './support/containerd.ts';
import { ctrExec, ctrRemove, ctrRun, ctrStart, ctrStop, ctrWrite, importBox } from './support/ctr.ts';
import { makeLate } from './support/late-disk.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { endsDigest } from './support/state.ts';

// containerd's devmapper snapshotter on a pool: from a blank disk to a container that is there after a reboot, and back.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const config = '/etc/containerd/config.toml';

/** Comments, another plugin's settings, odd blanks, and a unit's drop-in: all of it is somebody else's. */
const foreign = `# Ours; ask Ada before you change it.
version = 2
oom_score   =   -999  # never

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = "registry.example/pause:3"   # pinned

[debug]
level = 'warn'`;

/** Everything of containerd's that is not its containers. */
const stateOf = async (guest: Guest): Promise<string> =>
  `${await must(
    guest,
    `stat -c '%n %a %U' /etc/containerd/*; sha256sum /etc/containerd/*; find /etc/systemd/system | sort; ls /var/lib/containerd | grep -v content
    systemctl show --property=After,Requires --value containerd.service | tr ' ' '\\n' | sort; ls /etc/lvm/profile; dmsetup ls`,
  )}${await endsDigest(guest, diskOf(guest))}`;

for (const [name, release] of [['Debian 12'], ['Debian 13', 'trixie']] as const) {
  test.serial(`${name}: containerd on a pool, through a reboot with a late disk, and back to before`, async (t) => {
    if (isHost) return t.pass('the host’s own containerd is left alone');
    await using guest = await bootContainerd({ disks: ['1G'], init: 'systemd', ...(release && { release }) });
    await makeLate(guest, diskOf(guest));
    await must(guest, 'printf %s "$1" > "$2"; chmod 640 "$2"', foreign, config);
    await guest.writeFile('/etc/systemd/system/containerd.service.d/ours.conf', '[Service]\nNice=-1\n');
    await must(guest, 'systemctl daemon-reload');
    await startContainerd(guest);
    const before = await stateOf(guest);
    const setup = ['setup', '--engine', 'containerd', '--device', '/dev/mapper/late', '--base-size', '128M', '--yes'];

    const made = await dmtool(guest, setup);
    t.is(made.exitCode, 0, made.stderr);
    t.true((await guest.readFile(config)).startsWith(foreign));
    t.is(await snapshotterState(guest), 'ok');
    await importBox(guest);
    await ctrRun(guest, 'web');
    await ctrWrite(guest, 'web', '/kept', 'of web');
    const again = await dmtool(guest, setup);
    t.is(again.exitCode, 0, again.stderr);
    t.regex(again.stdout, /nothing to do/);
    t.is(await ctrExec(guest, 'web', 'cat', '/kept'), 'of web\n');
    const grown = await dmtool(guest, ['resize', '+50%FREE', '--yes']);
    t.is(grown.exitCode, 0, grown.stderr);
    t.regex((await dmtool(guest, ['status', '--format', 'human'])).stdout, /OK[\s\S]*\(LVM, containerd\)/);
    t.is((await dmtool(guest, ['doctor'])).exitCode, 0);

    await guest.reboot();
    await must(guest, 'systemctl start containerd.service');
    t.is(await snapshotterState(guest), 'ok');
    await ctrStart(guest, 'web');
    t.is(await ctrExec(guest, 'web', 'cat', '/kept'), 'of web\n');

    const inUse = await dmtoolJson(guest, ['teardown', '--yes']);
    t.deepEqual([inUse.exitCode, ...refusalCodes(inUse)], [3, 'in-use']);
    await ctrStop(guest, 'web');
    await ctrRemove(guest, 'web');
    const back = await dmtool(guest, ['teardown', '--yes']);
    t.is(back.exitCode, 0, back.stderr);
    t.is(await stateOf(guest), before);
  });
}

test.serial('what stands against it is refused before anything changes, with the right road named', async (t) => {
  if (isHost) return t.pass('the host’s own containerd is left alone');
  await using guest = await bootContainerd({ disks: ['1G', '1G'], init: 'systemd' });
  await startContainerd(guest);
  const setup = (index: number, ...more: string[]) =>
    dmtoolJson(guest, [
      'setup',
      '--engine',
      'containerd',
      '--base-size',
      '128M',
      ...more,
      '--device',
      diskOf(guest, index),
      '--yes',
    ]);
  const before = await stateOf(guest);
  await must(guest, 'cp "$1" /etc/kept.toml; echo "[plugins" >> "$1"', config);
  t.deepEqual(refusalCodes(await setup(0)), ['config-malformed']);
  await must(
    guest,
    'cp /etc/kept.toml "$1"; echo "disabled_plugins = [\\"io.containerd.snapshotter.v1.devmapper\\"]" | cat - /etc/kept.toml > "$1"; systemctl restart containerd',
    config,
  );
  t.deepEqual(refusalCodes(await setup(0)), ['containerd-unfit']);
  await must(guest, 'cp /etc/kept.toml "$1"; rm /etc/kept.toml; systemctl restart containerd', config);
  t.is(await stateOf(guest), before);

  t.is((await setup(0)).exitCode, 0);
  await importBox(guest);
  // Another pool on the same root, and a pool that is in use on a fresh one.
  t.deepEqual(refusalCodes(await setup(1, '--vg', 'other')), ['metadata-foreign']);
  await must(
    guest,
    'systemctl stop containerd; mv /var/lib/containerd/devmapper /var/lib/containerd/aside; systemctl start containerd',
  );
  const used = await setup(0);
  t.deepEqual(refusalCodes(used), ['pool-used']);
  t.regex(used.document.refusals?.[0]?.reason ?? '', /does not know them/);
});

test.serial(
  'a containerd that does not come up on the pool is back on its former settings, and the disk is blank',
  async (t) => {
    if (isHost) return t.pass('the host’s own containerd is left alone');
    await using guest = await bootContainerd({ disks: ['1G'], init: 'systemd' });
    await startContainerd(guest);
    await importBox(guest, undefined, 'native');
    await ctrRun(guest, 'web', { snapshotter: 'native' });
    // A file where the snapshotter would make its directory.
    await must(guest, 'touch /var/lib/containerd/devmapper');
    const before = await stateOf(guest);
    const failed = await dmtool(guest, [
      'setup',
      '--engine',
      'containerd',
      '--device',
      diskOf(guest),
      '--start-deadline',
      '20s',
      '--yes',
    ]);
    t.is(failed.exitCode, 1, failed.stderr);
    t.regex(failed.stderr, /not a directory/);
    t.regex(failed.stderr, /the machine is as before/);
    t.is(await stateOf(guest), before);
    t.is(await ctrExec(guest, 'web', 'echo', 'runs'), 'runs\n');
  },
);
