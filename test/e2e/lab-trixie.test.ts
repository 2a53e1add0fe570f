import test from 'ava';
import { boot } from '../lab/boot.ts';
import { writeContainerdConfig } from './support/containerd.ts';
import {
  bootDocker26,
  containerRuns,
  loadImage,
  restartEngines,
  startEngines,
  storeSettings,
} from './support/containerd-store.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { dockerInfo, writeDaemonJson } from './support/docker.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// The lab's own story about guests of another Debian release.

const isHost = process.env['DMTOOL_LAB'] === 'host';

for (const init of ['lab', 'systemd'] as const) {
  test(`Debian 13 under ${init}: its own LVM, and dmtool makes a pool that is there again after a reboot`, async (t) => {
    if (isHost) return t.pass('the host has the release that it has');
    await using guest = await boot({ disks: ['1G'], release: 'trixie', init });
    t.is(await must(guest, '. /etc/os-release; echo "$VERSION_ID"'), '13\n');
    t.regex(await must(guest, 'lvm version'), /LVM version: +2\.03\.31/);
    t.regex((await dmtool(guest, ['--version'])).stdout, /^dmtool\//);
    const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
    t.is(made.exitCode, 0, made.stderr);
    t.regex((await dmtool(guest, ['status', '--timeout', '30'])).stdout, /OK/);
    await must(guest, 'echo kept > /etc/kept; sync');

    await guest.reboot();
    t.is(await guest.readFile('/etc/kept'), 'kept\n');
    // Nothing but systemd brings pools back by itself.
    if (init === 'lab') await must(guest, 'vgchange --activate y');
    t.regex((await dmtool(guest, ['status', '--timeout', '30'])).stdout, /OK/);
  });
}

for (const init of ['lab', 'systemd'] as const) {
  test(`Docker 26 under ${init} keeps its containers on a thin pool through containerd’s store`, async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootDocker26({ disks: ['1G'], init });
    await must(guest, 'pvcreate "$1"; vgcreate vg "$1"; lvcreate --type thin-pool -l 80%VG -n pool vg', diskOf(guest));
    await writeContainerdConfig(guest, { pool: 'vg-pool' });
    await writeDaemonJson(guest, storeSettings);
    await startEngines(guest);
    const info = await dockerInfo(guest);
    t.deepEqual([info.Driver, info.ServerVersion.split('+')[0]], ['devmapper', '26.1.5']);
    await importBusybox(guest);
    await loadImage(guest, 'loaded');
    await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
    await runContainer(guest, 'job', { image: 'loaded' });
    await must(guest, 'docker exec job sh -c "echo of job > /data/job; sync"');
    t.regex(await must(guest, 'dmsetup ls --target thin'), /^vg-pool-snap-\d+/);
    const before = await dockerState(guest);
    t.is(before.images.length, 2);
    await restartEngines(guest);
    await containerRuns(guest, 'web');

    await guest.reboot();
    await must(guest, 'vgchange --activate y vg');
    // Nothing orders containerd after its pool: it may have come up without its snapshotter.
    if (init === 'systemd') await restartEngines(guest);
    else await startEngines(guest);
    await containerRuns(guest, 'web');
    await must(guest, 'docker start job');
    t.deepEqual(await dockerState(guest), before);
    t.is(await must(guest, 'docker exec job cat /data/job'), 'of job\n');
    t.is(await must(guest, 'docker exec web cat /data/web'), 'of web\n');
  });
}
