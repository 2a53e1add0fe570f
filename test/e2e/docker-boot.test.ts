import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { containers, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker } from './support/docker.ts';
import { keepAway, makeLate, plugIn } from './support/late-disk.ts';
import { diskOf, dmtool, must } from './support/shell.ts';

// A reboot under systemd, with a disk that is late: Docker waits for its pool, and comes up on it with its containers.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const units = '/etc/systemd/system';

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
  await keepAway(guest);
  await guest.reboot();
  t.not((await guest.run(['systemctl', 'start', 'docker.service'])).exitCode, 0);
  await plugIn(guest, diskOf(guest));
  const found = await dmtool(guest, ['activate', '--yes']);
  t.is(found.exitCode, 0, found.stderr);
  await must(guest, 'until docker ps --format "{{.Names}}" | grep -qx web; do sleep 0.2; done');
  await must(guest, `rm -r ${units}/dmtool-pool-docker-thinpool.service.d`);

  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await bootOrder(guest), before);
});
