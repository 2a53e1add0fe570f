import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker } from './support/docker.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// A reboot under systemd, with a disk that is late: Docker waits for its pool, and comes up on it with its containers.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const units = '/etc/systemd/system';

/** The disk is there only some seconds after everything else: until then LVM sees nothing of it. */
const lateDisk = (disk: string): string => `[Unit]
Description=A disk that is late
DefaultDependencies=no
After=systemd-udevd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'sleep 8; dmsetup create late --table "0 $$(blockdev --getsz ${disk}) linear ${disk} 0"'
`;

const mapLate = 'dmsetup create late --table "0 $(blockdev --getsz "$1") linear $1 0"';

const makeLate = async (guest: Guest, disk: string): Promise<void> => {
  await guest.writeFile(`${units}/late-disk.service`, lateDisk(disk));
  await must(
    guest,
    `mkdir -p ${units}/sysinit.target.wants ${units}/basic.target.wants
    ln -s ${units}/late-disk.service ${units}/basic.target.wants/
    echo "devices { global_filter = [ \\"r|^${disk}$|\\" ] }" >> /etc/lvm/lvm.conf
    ${mapLate}`,
    disk,
  );
};

/** What systemd knows of pools, and what Docker waits for. */
const bootOrder = (guest: Guest): Promise<string> =>
  must(
    guest,
    `find ${units} -name '*pool*'; systemctl show --property=After --value docker.service | tr ' ' '\\n' | sort`,
  );

test('a Docker whose disk is late waits for its pool at boot, and teardown leaves nothing of that', async (t) => {
  if (isHost) return t.pass('the host has the first process that it has');
  await using guest = await bootDocker({ disks: ['1G'], init: 'systemd' });
  await makeLate(guest, diskOf(guest));
  await startDocker(guest);
  const before = await bootOrder(guest);
  const made = await dmtool(guest, ['setup', '--device', '/dev/mapper/late', '--yes']);
  t.is(made.exitCode, 0, made.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  t.regex((await dmtool(guest, ['setup', '--device', '/dev/mapper/late', '--yes'])).stdout, /nothing to do/);

  await guest.reboot();
  await must(guest, 'systemctl start docker.service');
  const info = await dockerInfo(guest);
  t.is(driverStatus(info, 'Pool Name'), 'docker-thinpool');
  await must(guest, 'until docker ps --format "{{.Names}}" | grep -qx web; do sleep 0.2; done');
  t.deepEqual(await containers(guest), [{ name: 'web', image: 'box', state: 'running' }]);
  t.is(await must(guest, 'cat /var/lib/docker/volumes/data/_data/web'), 'of web\n');
  t.is(await must(guest, 'journalctl -b -u docker.service -o cat | grep -c "Non existing device" || :'), '0\n');

  // Somebody takes the order away: dmtool says so, and puts it back without touching Docker.
  await must(guest, `rm ${units}/docker.service.d/dmtool-pool-docker-thinpool.conf; systemctl daemon-reload`);
  t.regex((await dmtool(guest, ['doctor'])).stdout, /WARNING DM131/);
  const pid = await must(guest, 'pgrep -x dockerd');
  t.is((await dmtool(guest, ['setup', '--device', '/dev/mapper/late', '--yes'])).exitCode, 0);
  t.is(await must(guest, 'pgrep -x dockerd'), pid);
  t.notRegex((await dmtool(guest, ['doctor'])).stdout, /DM131/);

  // The disk does not come at all, until somebody plugs it in.
  await guest.writeFile(`${units}/dmtool-pool-docker-thinpool.service.d/soon.conf`, '[Service]\nTimeoutStartSec=3\n');
  await must(guest, `rm ${units}/basic.target.wants/late-disk.service`);
  await guest.reboot();
  t.not((await guest.run(['systemctl', 'start', 'docker.service'])).exitCode, 0);
  await must(guest, mapLate, diskOf(guest));
  const found = await dmtool(guest, ['activate', '--yes']);
  t.is(found.exitCode, 0, found.stderr);
  await must(guest, 'until docker ps --format "{{.Names}}" | grep -qx web; do sleep 0.2; done');
  await must(guest, `rm -r ${units}/dmtool-pool-docker-thinpool.service.d`);

  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await bootOrder(guest), before);
});
