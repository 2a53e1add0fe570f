import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, startDocker, stopDocker } from './support/docker.ts';
import { diskOf, dmtool, dmtoolJson, type JsonAnswer, must, refusalCodes } from './support/shell.ts';

// What lies on a pool, and how to get at it: while Docker runs, and when it does not start any more.

const isHost = process.env['DMTOOL_LAB'] === 'host';

interface Device {
  readonly id: number;
  readonly name: string;
  readonly mappedBytes: number | null;
  readonly active: readonly {
    readonly byDmtool: boolean;
    readonly mounts: readonly { readonly mountPoint: string }[];
  }[];
  readonly owner: { readonly kind: string; readonly name?: string; readonly tags?: readonly string[] };
}

const devicesIn = ({ document }: JsonAnswer): Device[] => (document as unknown as { devices?: Device[] }).devices ?? [];

const ofContainer = (devices: readonly Device[], container: string): Device =>
  devices.find(({ owner }) => owner.kind === 'container' && owner.name === container) as Device;

/** All that a run may leave behind, and that a refusal must not touch. */
const kernelState = (guest: Guest): Promise<string> =>
  must(guest, "dmsetup table; cut -d' ' -f3,5,6 /proc/self/mountinfo; find /var/lib/dmtool 2> /dev/null || :");

test('devices are listed, told and read from while Docker runs, when it is stopped, and when it does not start', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  await startDocker(guest);
  const setup = await dmtool(guest, ['setup', '--device', diskOf(guest), '--yes']);
  t.is(setup.exitCode, 0, setup.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'kept');
  await runContainer(guest, 'once');
  await must(guest, 'docker exec once sh -c "echo saved > /precious"; docker stop once; mkdir /srv/data');

  // A running container's device is mounted, and the kernel says how much of it is used; of others it says nothing.
  const listed = await dmtoolJson(guest, ['device', 'list']);
  t.like(listed.document, { command: 'device list', exitCode: 0, pool: 'docker-thinpool' });
  const kept = ofContainer(devicesIn(listed), 'kept');
  const once = ofContainer(devicesIn(listed), 'once');
  const status = await must(guest, 'dmsetup status --noflush --target thin');
  t.is(kept.mappedBytes, Number(/thin (\d+)/.exec(status)?.[1]) * 512);
  t.is(devicesIn(listed)[0]?.id, kept.id);
  t.is(once.mappedBytes, null);
  t.is(once.active.length, 0);
  t.deepEqual(devicesIn(listed).find(({ owner }) => owner.kind === 'layer')?.owner.tags, ['box:latest']);
  t.regex((await dmtool(guest, ['device', 'list'])).stdout, /^\d+ .* mounted +container kept$/m);

  // The metadata know of all of them, the fullest first; nothing stays reserved.
  const before = await kernelState(guest);
  const exact = devicesIn(await dmtoolJson(guest, ['device', 'list', '--exact']));
  const sizes = exact.map(({ mappedBytes }) => mappedBytes ?? -1);
  t.true(Math.min(...sizes) > 0);
  t.deepEqual(
    sizes,
    sizes.toSorted((one, other) => other - one),
  );
  t.is(await kernelState(guest), before);
  t.regex(await must(guest, 'dmsetup status --noflush docker-thinpool'), / - rw /);

  // What others have reserved is left alone; what a killed dmtool has left is released.
  await must(guest, 'dmsetup message docker-thinpool 0 reserve_metadata_snap');
  t.is((await dmtool(guest, ['device', 'list', '--exact'])).exitCode, 3);
  const [root] = / (\d+) rw /.exec(await must(guest, 'dmsetup status --noflush docker-thinpool'))?.slice(1) ?? [];
  await guest.writeFile('/var/lib/dmtool/metadata-snapshot.json', `{"pool":"docker-thinpool","heldRoot":"${root}"}`);
  t.is((await dmtool(guest, ['device', 'list', '--exact'])).exitCode, 0);
  t.regex(await must(guest, 'dmsetup status --noflush docker-thinpool'), / - rw /);
  t.is(await kernelState(guest), before);

  const shown = await dmtool(guest, ['device', 'show', once.name.slice(0, 12)]);
  t.regex(shown.stdout, new RegExp(`^Device ${once.id}\\n[\\s\\S]*used by +container once\\n[\\s\\S]*stopped$`, 'm'));

  // What Docker has mounted is not mounted twice; nor is anything hidden, or mounted without agreement.
  const refusals: [string[], string][] = [
    [['kept', '/srv/data', '--yes'], 'in-use'],
    [['once', '/srv/data', '--yes', '--writable'], 'in-use'],
    [['once', '/etc', '--yes'], 'directory-unfit'],
    [['once', '/nowhere', '--yes'], 'directory-unfit'],
    [['nobody', '/srv/data', '--yes'], 'device-unknown'],
    [['once', '/srv/data'], 'no-consent'],
  ];
  for (const [words, code] of refusals) {
    const refused = await dmtoolJson(guest, ['device', 'mount', ...words]);
    t.deepEqual([refused.exitCode, ...refusalCodes(refused)], [3, code], words.join(' '));
  }
  t.is(await kernelState(guest), before);

  // A mount that fails takes the device away again.
  await must(guest, 'mkfifo /tmp/busy');
  const failing = await guest.failProgram('mount', { exitCode: 32, stderr: 'bad superblock' });
  const failed = await dmtoolJson(guest, ['device', 'mount', 'once', '/srv/data', '--yes']);
  t.like(failed, { exitCode: 1, document: { outcome: 'undone' } });
  await failing.remove();
  t.is(await kernelState(guest), before);

  const mount = ['device', 'mount', 'once', '/srv/data', '--yes'];
  const mounted = await dmtool(guest, mount);
  t.is(mounted.exitCode, 0, mounted.stderr);
  t.regex(mounted.stdout, /read-only.*\nTo undo: dmtool device unmount \/srv\/data\n/);
  t.is(await must(guest, 'cat /srv/data/rootfs/precious'), 'saved\n');
  t.not((await guest.sh('touch /srv/data/rootfs/new')).exitCode, 0);
  t.is(await must(guest, 'blockdev --getro /dev/mapper/dmtool-*'), '1\n');
  t.like((await dmtoolJson(guest, mount)).document, { outcome: 'nothing-to-do' });
  t.true(ofContainer(devicesIn(await dmtoolJson(guest, ['device', 'list'])), 'once').active[0]?.byDmtool);
  // Somebody in it keeps it mounted, and active.
  const reader = guest.start(['sh', '-c', 'cd /srv/data; read x < /tmp/busy']);
  await must(
    guest,
    'until fuser -s /srv/data 2> /dev/null || ls -l /proc/[0-9]*/cwd 2> /dev/null | grep -q /srv/data; do sleep 0.1; done',
  );
  t.is((await dmtool(guest, ['device', 'unmount', '/srv/data', '--yes'])).exitCode, 1);
  t.is(await must(guest, 'cat /srv/data/rootfs/precious'), 'saved\n');
  await must(guest, 'echo > /tmp/busy');
  await reader.result;
  t.is((await dmtool(guest, ['device', 'unmount', '/srv/data', '--yes'])).exitCode, 0);
  t.is(await kernelState(guest), before);
  t.is((await dmtool(guest, ['device', 'unmount', '/srv/data', '--yes'])).exitCode, 0);
  const foreign = await dmtoolJson(guest, ['device', 'unmount', 'kept', '--yes']);
  t.deepEqual([foreign.exitCode, ...refusalCodes(foreign)], [3, 'not-ours']);

  // A damaged file that stops the daemon does not stop the rescue, not even of the device that it is about.
  await stopDocker(guest);
  const file = `/var/lib/docker/devicemapper/metadata/${once.name}`;
  const record = await guest.readFile(file);
  await guest.writeFile(file, '{"device_id":');
  await t.throwsAsync(startDocker(guest), { message: /Docker does not start/ });
  const stopped = await kernelState(guest);
  const still = await dmtoolJson(guest, ['device', 'list', '--exact']);
  t.is(still.exitCode, 0, still.stderr);
  const sorted = (devices: readonly Device[]) => devices.map(({ id }) => id).sort();
  t.deepEqual(sorted(devicesIn(still)), sorted(exact));
  t.like(
    devicesIn(still).find(({ id }) => id === once.id),
    { name: null, sizeBytes: null, owner: { kind: 'unknown' } },
  );
  t.regex(String((still.document as unknown as { notes: string[] }).notes), new RegExp(`${once.name} can't be read`));
  const lost = ['device', 'mount', String(once.id), '/srv/data', '--yes'];
  t.deepEqual(refusalCodes(await dmtoolJson(guest, lost)), ['device-unknown']);
  t.is((await dmtool(guest, [...lost, '--size', '10G'])).exitCode, 0);
  t.is(await must(guest, 'cat /srv/data/rootfs/precious'), 'saved\n');
  t.is((await dmtool(guest, ['device', 'unmount', String(once.id), '--yes'])).exitCode, 0);
  // A number that the pool does not have: the kernel says no, and nothing is left of it.
  t.is((await dmtool(guest, ['device', 'mount', '777', '/srv/data', '--yes', '--size', '10G'])).exitCode, 1);
  t.is(await kernelState(guest), stopped);

  // With Docker stopped a device may be mended; and it runs on what was written.
  await guest.writeFile(file, record);
  t.is((await dmtool(guest, [...mount, '--writable'])).exitCode, 0);
  await must(guest, 'echo mended > /srv/data/rootfs/precious');
  t.is((await dmtool(guest, ['device', 'unmount', '/srv/data', '--yes'])).exitCode, 0);
  await startDocker(guest);
  await must(guest, 'docker start once');
  t.is(await must(guest, 'docker exec once cat /precious'), 'mended\n');
});
