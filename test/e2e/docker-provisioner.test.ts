import test from 'ava';
import type { Guest } from '../lab/guest.ts';
import { bootBusyDocker } from './crash-support/docker-host.ts';
import { dockerState, importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker } from './support/docker.ts';
import { dockerHostState, tracesOf } from './support/docker-host.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, undoCommand } from './support/shell.ts';

// Docker makes the pool of a disk by itself: what it does not look at is looked at before, what it leaves undone is done after.

const isHost = process.env['DMTOOL_LAB'] === 'host';

const setupOn = (disk: string, ...flags: readonly string[]): string[] => [
  ...['setup', '--device', disk, '--provisioner', 'docker', '--yes'],
  ...flags,
];

/** A host whose Docker is busy, as it was before anything came over it. */
async function bootBusy(): Promise<Guest> {
  const guest = await bootDocker({ disks: ['1G', '1G'] });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  return guest;
}

test.serial(
  'Docker makes the pool of a disk, dmtool finishes it, and all commands know it; teardown takes it back',
  async (t) => {
    if (isHost) return t.pass('the host’s own Docker is left alone');
    t.timeout(15 * 60_000);
    await using guest = await bootBusy();
    const before = await dockerState(guest);
    const disk = diskOf(guest);

    const plan = await dmtool(guest, ['setup', '--device', disk, '--provisioner', 'docker', '--dry-run']);
    t.is(plan.exitCode, 0, plan.stderr);
    t.regex(plan.stdout, new RegExp(`"dm.directlvm_device=${disk}"`));

    const made = await dmtool(guest, setupOn(disk));
    t.is(made.exitCode, 0, made.stderr);
    t.regex(made.stdout, /^Docker runs on thin pool docker\/thinpool, which it made of /m);
    t.is(driverStatus(await dockerInfo(guest), 'Pool Name'), 'docker-thinpool');
    t.deepEqual(JSON.parse(await guest.readFile('/var/lib/docker/devicemapper/setup-config.json')), {
      ...{ Device: disk, ThinpPercent: 95, ThinpMetaPercent: 1, AutoExtendPercent: 3, AutoExtendThreshold: 80 },
    });
    const facts = await poolFacts(guest, 'docker/thinpool');
    t.like(facts, {
      ...{ dataBytes: 242 * 4 * 2 ** 20, metadataBytes: 2 * 4 * 2 ** 20, freeBytes: 9 * 4 * 2 ** 20 },
      ...{ chunkBytes: 512 * 1024, active: 'active', monitor: 'monitored', profile: 'docker-thinpool', tags: 'dmtool' },
      mode: 'rw',
    });
    t.true(facts.lowWaterMarkBlocks > 0);
    await importBusybox(guest);
    await runContainer(guest, 'tried');
    t.is(await must(guest, 'docker exec tried sh -c "echo written > /it && cat /it"'), 'written\n');

    const state = await dockerHostState(guest);
    for (const flags of [[], ['--data-percent', '95', '--metadata-percent', '1'], ['--autoextend-percent', '3']]) {
      const again = await dmtoolJson(guest, setupOn(disk, ...flags));
      t.like(again.document, { outcome: 'nothing-to-do', exitCode: 0 }, again.stderr);
    }
    for (const [flags, code, reason] of [
      [
        ['--data-percent', '90', '--metadata-percent', '1'],
        'pool-differs',
        /dm\.thinp_percent=95, keeps that in setup-config\.json/,
      ],
      [['--autoextend-threshold', '70'], 'pool-differs', /dm\.thinp_autoextend_threshold=80/],
    ] as const) {
      const changed = await dmtoolJson(guest, setupOn(disk, ...flags));
      t.deepEqual([changed.exitCode, ...refusalCodes(changed)], [3, code]);
      t.regex(changed.document.refusals?.[0]?.reason ?? '', reason);
    }
    const elsewhere = await dmtoolJson(guest, setupOn(diskOf(guest, 1)));
    t.deepEqual([elsewhere.exitCode, ...refusalCodes(elsewhere)], [3, 'vg-devices-differ']);
    t.is(await dockerHostState(guest), state);

    const status = await dmtoolJson(guest, ['status']);
    t.like(status.document, { state: 'OK', pools: [{ name: 'docker/thinpool' }] }, status.stdout);
    const doctor = await dmtool(guest, ['doctor']);
    t.is(doctor.exitCode, 0, doctor.stdout);
    t.like((await dmtoolJson(guest, ['activate', '--yes'])).document, { outcome: 'nothing-to-do' });
    const grown = await dmtool(guest, ['resize', '--device', diskOf(guest, 1), '--yes']);
    t.is(grown.exitCode, 0, grown.stderr);
    t.like((await dmtoolJson(guest, setupOn(disk))).document, { outcome: 'nothing-to-do' });

    const back = await guest.sh(undoCommand(made.stdout), { timeoutMs: 360_000 });
    t.is(back.exitCode, 0, back.stderr);
    t.deepEqual(await dockerState(guest), before);
    t.is(await tracesOf(guest), '');
    for (const each of guest.disks) {
      t.is(await must(guest, 'wipefs --parsable "$1"; head -c 1M "$1" | tr -d "\\0" | wc -c', each), '0\n');
    }
  },
);

test.serial('what Docker would stumble over is refused before anything is touched', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  t.timeout(15 * 60_000);
  await using guest = await bootBusyDocker({ disks: ['1G', '1G'] });
  const [disk, other] = [diskOf(guest), diskOf(guest, 1)];
  const before = await dockerHostState(guest);
  const two = await dmtool(guest, setupOn(disk, '--device', other));
  t.is(two.exitCode, 2);
  t.regex(two.stderr, /takes one --device/);
  t.is((await dmtool(guest, setupOn(disk, '--data-percent', '90'))).exitCode, 2);
  const large = await dmtoolJson(guest, setupOn(disk, '--data-percent', '97', '--metadata-percent', '2'));
  t.deepEqual([large.exitCode, ...refusalCodes(large)], [3, 'no-room']);

  // A set-up of Docker's own, by hand, that came no further.
  await must(guest, 'pvcreate -q "$1"; vgcreate -q docker "$1"; lvcreate -q -y -n thinpool docker -l 90%VG', other);
  const halfDone = await dmtoolJson(guest, setupOn(other));
  t.deepEqual([halfDone.exitCode, ...refusalCodes(halfDone)], [3, 'vg-exists']);
  t.regex(halfDone.document.refusals?.[0]?.reason ?? '', /a set-up of Docker's own that failed left it/);
  await must(
    guest,
    'vgremove -q --yes docker; pvremove -q "$1"; dd if=/dev/zero of="$1" bs=1M count=1 status=none',
    other,
  );

  await must(guest, 'printf "label: dos\\n,100M\\n,100M\\n" | sfdisk --quiet "$1"', disk);
  const partitioned = await dmtoolJson(guest, setupOn(disk));
  t.deepEqual([partitioned.exitCode, ...refusalCodes(partitioned)], [3, 'device-not-blank']);
  t.is(await dockerHostState(guest), before);

  const wiped = await dmtool(guest, setupOn(disk, '--wipe', '--min-free-space', '15'));
  t.is(wiped.exitCode, 0, wiped.stderr);
  t.regex(wiped.stderr, /Destroying everything on /);
  t.regex(await guest.readFile('/etc/docker/daemon.json'), /"dm\.directlvm_device_force=true"/);
  t.is(driverStatus(await dockerInfo(guest), 'Pool Name'), 'docker-thinpool');
  // Force has done its work: without the flag it is as wanted, too.
  for (const flags of [
    ['--min-free-space', '15'],
    ['--min-free-space', '15', '--wipe'],
  ]) {
    t.like((await dmtoolJson(guest, setupOn(disk, ...flags))).document, { outcome: 'nothing-to-do' });
  }
});

test.serial('under systemd the pool is there before Docker at each boot', async (t) => {
  if (isHost) return t.pass('the host has the first process that it has');
  t.timeout(15 * 60_000);
  await using guest = await bootDocker({ disks: ['1G'], init: 'systemd' });
  await startDocker(guest);
  const disk = diskOf(guest);
  const made = await dmtool(guest, setupOn(disk));
  t.is(made.exitCode, 0, made.stderr);
  await importBusybox(guest);
  await runContainer(guest, 'web', { restart: 'always', volume: 'data' });
  await guest.reboot();
  await must(guest, 'systemctl start docker.service');
  t.is(driverStatus(await dockerInfo(guest), 'Pool Name'), 'docker-thinpool');
  t.is(await must(guest, 'systemctl is-active dmtool-pool-docker-thinpool.service'), 'active\n');
  t.true((await poolFacts(guest, 'docker/thinpool')).lowWaterMarkBlocks > 0);
  t.regex((await dmtool(guest, setupOn(disk))).stdout, /nothing to do/);
  const back = await dmtool(guest, ['teardown', '--yes']);
  t.is(back.exitCode, 0, back.stderr);
  t.is(await tracesOf(guest), '');
});
