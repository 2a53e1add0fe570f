import test from 'ava';
import type { BootOptions } from '../lab/guest.ts';
import {
  bootContainerd,
  containerdLog,
  snapshotterState,
  startContainerd,
  stopContainerd,
  writeContainerdConfig,
} from './support/containerd.ts';
import {
  BOX,
  ctrContainers,
  ctrExec,
  ctrImages,
  ctrRemove,
  ctrRun,
  ctrStart,
  ctrStop,
  ctrWrite,
  importBox,
} from './support/ctr.ts';
import { diskOf, must } from './support/shell.ts';

// The lab's own story about containerd: what the other stories take for granted.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const hosts: Readonly<Record<string, BootOptions>> = {
  'Debian 12 under the lab’s init': {},
  'Debian 12 under systemd': { init: 'systemd' },
  'Debian 13 under the lab’s init': { release: 'trixie' },
  'Debian 13 under systemd': { release: 'trixie', init: 'systemd' },
};

for (const [name, options] of Object.entries(hosts)) {
  test(`${name}: containerd’s containers lie on a thin pool, and are there again after a reboot`, async (t) => {
    if (isHost) return t.pass('the host’s own containerd is left alone');
    await using guest = await bootContainerd({ disks: ['1G'], ...options });
    await startContainerd(guest);
    t.not(await snapshotterState(guest), 'ok');
    await stopContainerd(guest);

    await must(
      guest,
      'pvcreate "$1"; vgcreate vg "$1"; lvcreate --type thin-pool --zero n -c 64K -l 80%VG -n pool vg',
      diskOf(guest),
    );
    await writeContainerdConfig(guest, { pool: 'vg-pool' });
    await startContainerd(guest);
    t.is(await snapshotterState(guest), 'ok', await containerdLog(guest));
    await importBox(guest);
    t.deepEqual(await ctrImages(guest), [BOX]);
    await ctrRun(guest, 'web');
    await ctrRun(guest, 'job');
    await ctrWrite(guest, 'web', '/data/web', 'of web');
    t.is(await ctrExec(guest, 'web', 'cat', '/data/web'), 'of web\n');
    t.regex(await must(guest, 'dmsetup ls --target thin'), /^vg-pool-snap-\d+/);
    await ctrStop(guest, 'job');
    await ctrRemove(guest, 'job');
    t.deepEqual(await ctrContainers(guest), ['web']);
    // Containers outlive the daemon.
    await stopContainerd(guest);
    await startContainerd(guest);
    t.is(await ctrExec(guest, 'web', 'cat', '/data/web'), 'of web\n');

    await guest.reboot();
    await must(guest, 'vgchange --activate y vg');
    // Under systemd it may have come up before its pool.
    if (options.init === 'systemd') await stopContainerd(guest);
    await startContainerd(guest);
    t.is(await snapshotterState(guest), 'ok', await containerdLog(guest));
    t.deepEqual(await ctrContainers(guest), ['web']);
    await ctrStart(guest, 'web');
    t.is(await ctrExec(guest, 'web', 'cat', '/data/web'), 'of web\n');
  });
}
