import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containerdLog, snapshotterState } from './support/containerd.ts';
import { bootDocker26, containerRuns, startEngines } from './support/containerd-store.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { dockerInfo } from './support/docker.ts';
import { keepAway, makeLate, plugIn } from './support/late-disk.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { endsDigest } from './support/state.ts';

// Docker 25 and later reaches a pool through containerd: two config files, two services, one plan, one undo.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const setup = ['setup', '--device', '/dev/mapper/late', '--base-size', '128M', '--yes'];

/** Everything of both engines, and of the disk. */
const stateOf = async (guest: Guest): Promise<unknown> => ({
  docker: await dockerState(guest),
  files: await must(
    guest,
    `for file in /etc/docker/* /etc/containerd/*; do stat -c '%n %a %U' "$file"; sha256sum "$file"; done; find /etc/systemd/system | grep -v late | sort
    ls /var/lib /var/lib/docker /etc/lvm/profile; ls /var/lib/containerd | grep -v content; dmsetup ls
    ctr -n moby images ls -q; ctr -n moby leases ls -q
    systemctl show --property=After,Requires --value containerd.service docker.service | tr ' ' '\\n' | sort`,
  ),
  disk: await endsDigest(guest, diskOf(guest)),
});

test.serial(
  'Docker 26 on a pool through containerd, through reboots with a late disk, and back to before',
  async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootDocker26({ disks: ['1G'], init: 'systemd' });
    await makeLate(guest, diskOf(guest));
    await must(guest, `printf '\\n# ours\\n[debug]\\n  level = "warn"' >> /etc/containerd/config.toml`);
    await startEngines(guest);
    await importBusybox(guest);
    await runContainer(guest, 'old', { restart: 'always', volume: 'data' });
    const before = await stateOf(guest);

    const made = await dmtool(guest, [...setup, '--keep-images']);
    t.is(made.exitCode, 0, made.stderr);
    t.regex(made.stdout, /1 image of before is there again/);
    const info = await dockerInfo(guest);
    t.deepEqual([info.Driver, info.DriverStatus], ['devmapper', [['driver-type', 'io.containerd.snapshotter.v1']]]);
    t.regex(
      await guest.readFile('/var/lib/dmtool/images/docker-thinpool/containers.txt'),
      /docker run .*--name[= ]old/,
    );
    await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
    await must(guest, 'docker exec web sh -c "echo of web > /kept; sync"');
    t.regex((await dmtool(guest, setup)).stdout, /nothing to do/);
    const grown = await dmtool(guest, ['resize', '+50%FREE', '--yes']);
    t.is(grown.exitCode, 0, grown.stderr);
    t.regex((await dmtool(guest, ['status', '--timeout', '30'])).stdout, /OK/);
    t.is((await dmtool(guest, ['doctor'])).exitCode, 0);

    await guest.reboot();
    await containerRuns(guest, 'web');
    t.is(await must(guest, 'docker exec web cat /kept'), 'of web\n');
    t.is(await must(guest, 'docker exec web cat /data/web'), 'of web\n');

    // The disk does not come at all, until somebody plugs it in.
    const soon = '/etc/systemd/system/dmtool-pool-docker-thinpool.service.d';
    await guest.writeFile(`${soon}/soon.conf`, '[Service]\nTimeoutStartSec=3\n');
    await keepAway(guest);
    await guest.reboot();
    t.not((await guest.run(['systemctl', 'start', 'docker.service'])).exitCode, 0);
    t.regex((await dmtool(guest, ['doctor'])).stdout, /CRITICAL DM128/);
    await plugIn(guest, diskOf(guest));
    const found = await dmtool(guest, ['activate', '--yes']);
    t.is(found.exitCode, 0, found.stderr);
    t.is(await snapshotterState(guest), 'ok', await containerdLog(guest));
    await containerRuns(guest, 'web');
    await must(guest, `rm -r ${soon}`);

    const back = await dmtool(guest, ['teardown', '--yes']);
    t.is(back.exitCode, 0, back.stderr);
    await containerRuns(guest, 'old');
    t.deepEqual(await stateOf(guest), before);
  },
);

test.serial(
  'a Docker that does not come up there is back where it was, and options of its former driver are refused',
  async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    await using guest = await bootDocker26({ disks: ['1G'], init: 'systemd' });
    await makeLate(guest, diskOf(guest));
    await startEngines(guest);
    await importBusybox(guest);
    await runContainer(guest, 'old', { restart: 'always', volume: 'data' });
    const before = await stateOf(guest);
    const asked = await dmtoolJson(guest, [...setup, '--min-free-space', '5']);
    t.deepEqual([asked.exitCode, ...refusalCodes(asked)], [3, 'option-conflict']);
    const onFiles = await dmtoolJson(guest, ['setup', '--loop', '1G', '--yes']);
    t.deepEqual([onFiles.exitCode, ...refusalCodes(onFiles)], [3, 'docker-too-new']);

    // It starts on the pool, and is told to stop at once.
    await guest.writeFile(
      '/etc/systemd/system/docker.service.d/ours.conf',
      '[Service]\nExecStartPre=/bin/sh -c "! grep -q containerd-snapshotter /etc/docker/daemon.json"\n',
    );
    await must(guest, 'systemctl daemon-reload');
    const failed = await dmtool(guest, setup);
    t.is(failed.exitCode, 1, failed.stderr);
    t.regex(failed.stderr, /the machine is as before/);
    await must(guest, 'rm -r /etc/systemd/system/docker.service.d; systemctl daemon-reload');
    await containerRuns(guest, 'old');
    t.deepEqual(await stateOf(guest), before);
  },
);
