import test, { type ExecutionContext } from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { failAt, killAtPoint, nameOf, type Point } from './crash-support/points.ts';
import { importBusybox, runContainer } from './support/containers.ts';
import { bootDocker, dockerInfo, driverStatus, startDocker, writeDaemonJson } from './support/docker.ts';
import { differences, poolFactsByName, typeDocumentedPool } from './support/documented-pool.ts';
import { fillBlocks, makeThinVolume, watchSizeOf } from './support/growth.ts';
import { poolFacts } from './support/pool.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';

// Pools that somebody else made come into dmtool's care, and nothing but the care is new.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const adopt = ['adopt', '--yes'];
const OURS = '/etc/lvm/profile/dmtool-docker-thinpool.profile';
const care = { profile: 'dmtool-docker-thinpool', tags: 'dmtool,dmtool_adopted', monitor: 'monitored' };
const checksum = (guest: Guest): Promise<string> => must(guest, 'head -c 8M /dev/mapper/vol | sha256sum');

/** The documents' pool, which nobody watches, with something in it. */
async function typePool(guest: Guest): Promise<string> {
  await typeDocumentedPool(guest, diskOf(guest));
  await must(guest, 'lvchange -q --monitor n docker/thinpool');
  const volume = await makeThinVolume(guest, '/dev/mapper/docker-thinpool', 2 ** 30);
  await must(guest, 'head -c 8M /dev/urandom | dd of=/dev/mapper/vol bs=1M oflag=direct status=none');
  return volume;
}

test.serial('the documents’ pool: care alone is new, LVM extends it from then on, resize knows it', async (t) => {
  await using guest = await boot({ disks: ['512M', '256M', '256M'] });
  const volume = await typePool(guest);
  const sum = await checksum(guest);
  const before = await poolFactsByName(guest);
  const done = await dmtool(guest, adopt);
  t.is(done.exitCode, 0, done.stderr);
  t.regex(done.stderr, /^ {2}made by {3}the documents' commands/m);
  t.regex(done.stderr, /because the step of profile docker-thinpool, 20 %, is 96 MiB, and VG docker has 20 MiB free$/m);
  t.deepEqual(differences(before, await poolFactsByName(guest)), [
    'dm docker-thinpool',
    ...['lv_profile', 'lv_tags', 'seg_monitor'],
  ]);
  const facts = await poolFacts(guest, 'docker/thinpool');
  t.like(facts, { ...care, mode: 'rw', lowWaterMarkBlocks: 192 });
  t.is(await must(guest, 'sed -n "s/.*percent=//p" "$1"', OURS), '4\n');
  t.is(await checksum(guest), sum);

  t.like((await dmtoolJson(guest, adopt)).document, { outcome: 'nothing-to-do', exitCode: 0, steps: [] });
  const setup = ['setup', '--engine', 'none', '--vg', 'docker', '--yes'];
  t.like((await dmtoolJson(guest, setup)).document, { outcome: 'nothing-to-do', undo: null });
  for (const words of [[], ['--vg', 'docker']]) {
    const refused = await dmtoolJson(guest, ['teardown', ...words, '--yes']);
    t.is(refused.exitCode, 3);
    t.like(refused.document.refusals?.[0], { code: 'not-ours', reason: 'dmtool adopted it, and did not make it' });
  }

  const grown = await dmtool(guest, ['resize', '560M', '--device', diskOf(guest, 1), '--yes']);
  t.is(grown.exitCode, 0, grown.stderr);
  t.is(await must(guest, 'sed -n "s/.*percent=//p" "$1"', OURS), '20\n');
  const extended = watchSizeOf(guest, '/dev/mapper/docker-thinpool', 561 * 2 ** 20);
  await fillBlocks(guest, volume, 16, 920, facts.chunkBytes);
  t.is((await extended.result).exitCode, 0);
  t.like(await poolFacts(guest, 'docker/thinpool'), { ...care, dataBytes: 672 * 2 ** 20, mode: 'rw' });
  t.is(await checksum(guest), sum);
  await adoptByName(t, guest);
});

/** Beside another pool, which holds a volume of LVM's own. */
async function adoptByName(t: ExecutionContext, guest: Guest): Promise<void> {
  await must(guest, 'vgcreate -q others "$1"; lvcreate -q -y -T -L 64M others/docker-pool', diskOf(guest, 2));
  await must(guest, 'lvcreate -q -y -V 32M -n vm -T others/docker-pool; mkfs.ext4 -q /dev/others/vm');
  t.deepEqual(refusalCodes(await dmtoolJson(guest, adopt)), ['ambiguous']);
  const named = [...adopt, '--pool', 'others/docker-pool'];
  const before = await poolFactsByName(guest);
  const done = await dmtool(guest, named);
  t.is(done.exitCode, 0, done.stderr);
  t.regex(done.stderr, /^Warning: Thin volumes of LVM's own live in others\/docker-pool \(vm\)/m);
  t.regex(done.stderr, /^ {2}made by {3}container-storage-setup/m);
  t.deepEqual(differences(before, await poolFactsByName(guest)), [
    'dm others-docker--pool-tpool',
    ...['lv_profile', 'lv_tags'],
  ]);
  t.like(await poolFacts(guest, 'others/docker-pool'), { ...care, profile: 'others-docker-pool' });
  t.like((await dmtoolJson(guest, named)).document, { outcome: 'nothing-to-do' });
  await must(guest, 'e2fsck -fn /dev/others/vm');
}

const written = (mode: Point['mode']): Point => ({
  step: 'profile',
  call: 'renameSync',
  args: [`${OURS}.dmtool-new`, OURS],
  mode,
});
const changed = (when: string, mode: Point['mode']): Point => ({ step: when, program: 'lvchange', when, mode });
const [profile, marks, monitor, refresh] = [
  written('after'),
  changed('--metadataprofile', 'after'),
  changed('--monitor y', 'after'),
  changed('--refresh --', 'after'),
];

const forget = 'lvchange -q --monitor n docker/thinpool';
const letGo = `lvchange -q --metadataprofile docker-thinpool --deltag dmtool --deltag dmtool_adopted docker/thinpool; ${forget}
  rm /etc/lvm/profile/dmtool-docker-thinpool.profile
  lvchange -q --refresh --config activation/thin_pool_autoextend_threshold=100 docker/thinpool; ${forget}`;

test.serial(
  'each step fails once: as before. Killed at each: the next run ends where the first would have',
  async (t) => {
    await using guest = await boot({ disks: ['512M'] });
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await typePool(guest);
    const argv = ['dmtool', ...adopt];
    const before = await takeSnapshot(guest, []);
    const table = await must(guest, 'dmsetup table');
    for (const point of [profile, marks, monitor, changed('--refresh --', 'before'), refresh]) {
      const failed = await failAt(guest, argv, point);
      t.is(failed.exitCode, 1, `${nameOf(point)}: ${failed.stderr}`);
      await assertAsBefore(t, guest, before, []);
      t.is(await must(guest, 'dmsetup table'), table, nameOf(point));
    }
    for (const point of [profile, marks, refresh]) {
      await killAtPoint(guest, argv, point, 'remove');
      const next = await guest.run(argv);
      t.is(next.exitCode, 0, `${nameOf(point)}: ${next.stderr}`);
      t.like(await poolFacts(guest, 'docker/thinpool'), { ...care, lowWaterMarkBlocks: 192 }, nameOf(point));
      t.is(await must(guest, 'ls -A /var/lib/dmtool 2> /dev/null || :'), '', nameOf(point));
      await must(guest, letGo);
    }
  },
);

test.serial('the pool of Docker’s own direct-lvm, while Docker and a container run on it', async (t) => {
  if (isHost) return t.pass('the host’s own Docker is left alone');
  await using guest = await bootDocker({ disks: ['2G'] });
  const options = [`dm.directlvm_device=${diskOf(guest)}`];
  await writeDaemonJson(guest, { 'storage-driver': 'devicemapper', 'storage-opts': options });
  await startDocker(guest);
  await importBusybox(guest);
  await runContainer(guest, 'web');
  const running = 'docker inspect --format "{{.State.Pid}} {{.State.Running}} {{.RestartCount}}" web; pgrep -x dockerd';
  const before = await must(guest, running);
  const config = await must(guest, 'cat /etc/docker/daemon.json');
  const answer = await dmtool(guest, adopt);
  t.is(answer.exitCode, 0, answer.stderr);
  t.regex(answer.stderr, /^ {2}made by {3}Docker's own direct-lvm/m);
  t.like(await poolFacts(guest, 'docker/thinpool'), { ...care, mode: 'rw' });
  t.is(await must(guest, running), before);
  t.is(driverStatus(await dockerInfo(guest), 'Pool Name'), 'docker-thinpool');
  t.is(await must(guest, 'docker exec web sh -c "echo kept > /kept; cat /kept"'), 'kept\n');
  t.is(await must(guest, 'cat /etc/docker/daemon.json'), config);
  t.deepEqual(refusalCodes(await dmtoolJson(guest, ['teardown', '--yes'])), ['not-ours']);
});
