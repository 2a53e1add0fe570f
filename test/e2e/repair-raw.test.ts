import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { fillBlocks } from './support/growth.ts';
import { makeLoopPool } from './support/raw-pool.ts';
import { dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { checksum, damage, KEPT, keptBy, needCheck, spendMetadata, writeContent } from './support/sick-pool.ts';

// Pools that LVM knows nothing of, really ill: repaired, with all that was on them.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const repair = ['repair', '--yes'];
const VOLUME = '/dev/mapper/vol';
const DIRECTORY = '/var/lib/dmtool/repair/files-1';

const modeOf = (guest: Guest): Promise<string> =>
  must(guest, "dmsetup status --noflush files | grep -oE ' (rw|ro|out_of_data_space) .*(needs_check|-) '");

const makeVolume = `dmsetup create vol --table "0 $((1 << 23)) thin /dev/mapper/files 0"`;

const refusal = async (guest: Guest): Promise<string[]> => {
  const refused = await dmtoolJson(guest, repair);
  return [String(refused.exitCode), ...refusalCodes(refused)];
};

/** The metadata of a pool on files behind a device that can be made to fail, once. */
const failOnce = `
udevadm settle; dmsetup remove vol; dmsetup remove files
dmsetup create meta --table "0 $(blockdev --getsz /dev/loop1) linear /dev/loop1 0"
dmsetup create files --table "0 $(blockdev --getsz /dev/loop0) thin-pool /dev/mapper/meta /dev/loop0 128 0 1 skip_block_zeroing"
dmsetup create vol --table "0 $((1 << 23)) thin /dev/mapper/files 0"`;
const backAgain = `
udevadm settle; dmsetup remove vol; dmsetup remove files; dmsetup remove meta
dmsetup create files --table "0 $(blockdev --getsz /dev/loop0) thin-pool /dev/loop1 /dev/loop0 128 0 1 skip_block_zeroing"
dmsetup create vol --table "0 $((1 << 23)) thin /dev/mapper/files 0"`;

test.serial('only the flag: it is cleared, and everything is where it was', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '1G', '8M', 'files');
  await writeContent(guest, VOLUME);
  t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
  await must(guest, failOnce);
  await needCheck(guest, 'meta', VOLUME, 4000);
  await must(guest, backAgain);
  t.regex(await modeOf(guest), /^ ro .*needs_check/);
  const sum = await checksum(guest, VOLUME);

  const resized = await dmtool(guest, ['resize', '2G', '--yes']);
  t.regex(resized.stderr, /-> dmtool repair --pool files/);
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(mended.stderr, /^Warning: What was written after/m);
  t.regex(mended.stdout, /kept in \/var\/lib\/dmtool\/repair\/files-1\.$/m);
  t.regex(await modeOf(guest), /^ rw .*- \n$/);
  t.is(await checksum(guest, VOLUME), sum);
  t.is(await keptBy(guest, DIRECTORY), KEPT);
  t.is(await must(guest, 'ls /var/pool; stat -c %a /var/lib/dmtool/raw-pools.json'), 'data\nmetadata\n600\n');
  await fillBlocks(guest, VOLUME, 4000, 4100, 65536);
  t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
});

test.serial(
  'damaged, and thin_repair fails: the pool stays down beside its copy, and the next run mends it',
  async (t) => {
    if (isHost) return t.pass('the host’s loop devices are not counted');
    await using guest = await boot();
    if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
    await makeLoopPool(guest, '1G', '8M', 'files');
    await writeContent(guest, VOLUME);
    await must(guest, failOnce);
    await needCheck(guest, 'meta', VOLUME, 4000);
    const sum = await checksum(guest, VOLUME);
    await must(guest, `${backAgain}\n${damage}\ndamage /var/pool/metadata 0`);
    const fault = await guest.failProgram('thin_repair', { once: true });
    const failed = await dmtool(guest, repair);
    await fault.remove();
    t.is(failed.exitCode, 4, failed.stderr);
    t.regex(
      `${failed.stdout}${failed.stderr}`,
      /dmtool repair --pool files\n.*stays down.*\/var\/lib\/dmtool\/repair\/files-1/,
    );
    t.is(await must(guest, 'dmsetup table --target thin-pool | grep -c files || :'), '0\n');
    t.is(await keptBy(guest, DIRECTORY), KEPT);
    t.regex(await guest.readFile('/var/lib/dmtool/raw-pools.json'), /"\/var\/pool\/metadata"/);
    const mended = await dmtool(guest, repair);
    t.is(mended.exitCode, 0, mended.stderr);
    t.regex(await modeOf(guest), /^ rw .*- \n$/);
    t.is(await keptBy(guest, DIRECTORY), KEPT);
    t.is(await checksum(guest, VOLUME), sum);
  },
);

test.serial(
  'damaged: written anew into another file, which the next boot finds; the old one is as it was',
  async (t) => {
    if (isHost) return t.pass('the host is not rebooted');
    await using guest = await boot();
    await makeLoopPool(guest, '1G', '8M', 'files');
    t.is((await dmtool(guest, ['resize', '2G', '--yes'])).exitCode, 0);
    await writeContent(guest, VOLUME);
    const sum = await checksum(guest, VOLUME);
    await must(
      guest,
      `${damage}\nudevadm settle; dmsetup remove vol; dmsetup remove files; damage /var/pool/metadata 0; ! thin_check /var/pool/metadata`,
    );
    const old = await must(guest, 'sha256sum < /var/pool/metadata');

    const mended = await dmtool(guest, repair);
    t.is(mended.exitCode, 0, mended.stderr);
    t.regex(await modeOf(guest), /^ rw .*- \n$/);
    t.is(await must(guest, 'sha256sum < /var/pool/metadata'), old);
    t.is(
      await must(guest, 'stat -c "%a %s" /var/pool/metadata.repaired-1; thin_check -q /var/pool/metadata.repaired-1'),
      '600 16777216\n',
    );
    t.is(await keptBy(guest, DIRECTORY), KEPT);
    t.is(
      await must(guest, 'losetup --list --noheadings --output BACK-FILE | sort'),
      '/var/pool/data\n/var/pool/metadata.repaired-1\n',
    );
    await must(guest, makeVolume);
    t.is(await checksum(guest, VOLUME), sum);
    t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);

    await guest.reboot();
    t.like((await dmtoolJson(guest, ['activate', '--yes'])).document, { outcome: 'done' });
    await must(guest, makeVolume);
    t.is(await checksum(guest, VOLUME), sum);
  },
);

test.serial('the script of a dry run does the same when a person runs it', async (t) => {
  if (isHost) return t.pass('the host’s loop devices are not counted');
  await using guest = await boot();
  await makeLoopPool(guest, '1G', '8M', 'files');
  await writeContent(guest, VOLUME);
  const sum = await checksum(guest, VOLUME);
  t.is((await dmtool(guest, ['resize', '2G', '--yes'])).exitCode, 0);
  await must(guest, `${damage}\nudevadm settle; dmsetup remove vol; dmsetup remove files; damage /var/pool/metadata 0`);
  const script = await dmtool(guest, ['repair', '--dry-run']);
  t.is(script.exitCode, 0, script.stderr);
  await guest.writeFile('/root/repair.sh', script.stdout);
  await must(guest, 'sh /root/repair.sh');
  t.regex(await modeOf(guest), /^ rw .*- \n$/);
  t.is(
    await must(guest, 'losetup --list --noheadings --output BACK-FILE | sort'),
    '/var/pool/data\n/var/pool/metadata.repaired-1\n',
  );
  await must(guest, makeVolume);
  t.is(await checksum(guest, VOLUME), sum);
  t.regex(await guest.readFile('/var/lib/dmtool/raw-pools.json'), /metadata\.repaired-1"/);
});

test.serial(
  'full: more of them, and what is on it is made again; a step that fails leaves all as it was',
  async (t) => {
    if (isHost) return t.pass('the host’s loop devices are not counted');
    await using guest = await boot({ memory: '768M' });
    await makeLoopPool(guest, '1G', '2M', 'files');
    await fillBlocks(guest, VOLUME, 0, 4000, 65536);
    await spendMetadata(guest, 'files');
    const sum = await checksum(guest, VOLUME);
    if (guest.can('fault')) {
      const before = await must(guest, 'dmsetup table; losetup --list --noheadings; ls /var/pool');
      const fault = await guest.failProgram('thin_repair', { once: true });
      const failed = await dmtool(guest, repair);
      await fault.remove();
      t.is(failed.exitCode, 1, failed.stderr);
      t.is(await must(guest, 'dmsetup table; losetup --list --noheadings; ls /var/pool'), before);
      await must(guest, '[ ! -e /var/lib/dmtool ]');
    }
    const mended = await dmtool(guest, repair);
    t.is(mended.exitCode, 0, mended.stderr);
    t.regex(await must(guest, 'dmsetup status --noflush files'), /\/1024 .* rw /);
    t.is(await checksum(guest, VOLUME), sum);
    await fillBlocks(guest, VOLUME, 0, 200, 65536);
  },
);
