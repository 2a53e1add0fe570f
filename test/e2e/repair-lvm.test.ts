import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest } from '../lab/guest.ts';
import { killAtPoint } from './crash-support/points.ts';
import { fillBlocks } from './support/growth.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes } from './support/shell.ts';
import { behind, checksum, damage, KEPT, keptBy, needCheck, spendMetadata, writeContent } from './support/sick-pool.ts';

// Pools of LVM's, really ill: repaired, with all that was on them.

const isHost = process.env['DMTOOL_LAB'] === 'host';
const repair = ['repair', '--yes'];
const VOLUME = '/dev/mapper/store-vol';
const DIRECTORY = '/var/lib/dmtool/repair/store-pool-1';

/** The pool's metadata on that device, its data on another disk, and a thin volume of 512 MiB with a filesystem. */
const make = `${behind}
pvcreate -q /dev/mapper/under "$2"
vgcreate -q -s 1M store /dev/mapper/under "$2"
lvcreate -q -n pool -L 400M store "$2"
lvcreate -q -n poolmeta -L "$3" store /dev/mapper/under
lvconvert -q -y --zero n -c 64K --thinpool store/pool --poolmetadata store/poolmeta
lvcreate -q -n vol -V 512M --thinpool store/pool
lvcreate -q -n files -V 64M --thinpool store/pool
mkfs.ext4 -q /dev/mapper/store-files`;

async function bootPool(metadataSize: string): Promise<Guest> {
  const guest = await boot({ disks: ['64M', '1G'], memory: '768M' });
  await must(guest, make, diskOf(guest), diskOf(guest, 1), metadataSize);
  await writeContent(guest, VOLUME);
  return guest;
}

const statusOf = (guest: Guest): Promise<string> =>
  must(
    guest,
    'dmsetup status --noflush store-pool-tpool | cut -d " " -f 8- ; lvs --noheadings -o lv_name,lv_active store | sort',
  );

/** Read-write, without the flag, and all that was active is so again. */
const WELL = /^rw .*- \d+ \n *files +active\n *pool +active\n *vol +active\n$/;

const refusal = async (guest: Guest): Promise<string[]> => {
  const refused = await dmtoolJson(guest, repair);
  return [String(refused.exitCode), ...refusalCodes(refused)];
};

test.serial('only the flag: it is cleared, and everything is where it was', async (t) => {
  if (isHost) return t.pass('the host’s disks are not made to fail');
  await using guest = await bootPool('8M');
  t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
  const sum = await checksum(guest, VOLUME);
  await needCheck(guest, 'under', VOLUME, 4000);
  await must(guest, 'mkdir -p /mnt/files; mount -o ro,noload /dev/mapper/store-files /mnt/files');
  t.deepEqual(await refusal(guest), ['3', 'in-use']);
  await must(guest, 'umount /mnt/files');
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(mended.stdout, /^Filesystems: 1 of 2 are sound; the others:\n {2}store\/vol: not checked/m);
  t.regex(await statusOf(guest), WELL);
  t.is(await checksum(guest, VOLUME), sum);
  t.regex(await must(guest, 'lvs --noheadings -o seg_monitor store/pool'), /monitored/);
  t.is(await keptBy(guest, DIRECTORY), KEPT);
  await fillBlocks(guest, VOLUME, 4000, 4100, 65536);
  t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
});

const activating = { step: 'activate', program: 'lvchange', when: 'thin_check_options', mode: 'before' } as const;

test.serial('whatever fails first leaves all as it was, and after a kill the next run ends well', async (t) => {
  if (isHost) return t.pass('the host’s disks are not made to fail');
  await using guest = await bootPool('8M');
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  await needCheck(guest, 'under', VOLUME, 4000);
  const before = await statusOf(guest);
  const sum = await checksum(guest, VOLUME);
  for (const when of ['store/files', 'thin_check_options']) {
    const fault = await guest.failProgram('lvchange', { when, once: true });
    const failed = await dmtool(guest, repair);
    await fault.remove();
    t.is(failed.exitCode, 1, failed.stderr);
    t.is(await statusOf(guest), before, when);
  }
  await killAtPoint(guest, ['dmtool', ...repair], activating, 'remove');
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(await statusOf(guest), WELL);
  t.is(await checksum(guest, VOLUME), sum);
  t.is(await keptBy(guest, DIRECTORY), KEPT);
});

test.serial('the script of a dry run does the same when a person runs it', async (t) => {
  if (isHost) return t.pass('the host’s disks are not made to fail');
  await using guest = await bootPool('8M');
  await needCheck(guest, 'under', VOLUME, 4000);
  const before = await statusOf(guest);
  const sum = await checksum(guest, VOLUME);
  const script = await dmtool(guest, ['repair', '--dry-run']);
  t.is(script.exitCode, 0, script.stderr);
  t.is(await statusOf(guest), before);
  await guest.writeFile('/root/repair.sh', script.stdout);
  await must(guest, 'sh /root/repair.sh');
  t.regex(await statusOf(guest), WELL);
  t.is(await checksum(guest, VOLUME), sum);
  t.is(await keptBy(guest, DIRECTORY), KEPT);
  t.is(await must(guest, 'lvs --noheadings -a -o lv_name store | grep -c _meta0 || :'), '0\n');
});

/** Where its metadata lie on their disk, in sectors. */
const place = `
start=$(lvs --noheadings -a -o seg_pe_ranges store/pool_tmeta | sed 's/.*under:\\([0-9]*\\)-.*/\\1/')
first=$(pvs --noheadings --units s --nosuffix -o pe_start /dev/mapper/under | tr -d ' ')
at=$((first + start * 2048))`;

/** Puts the pool to rest, and damages its metadata where they lie. */
const spoil = `${damage}
vgchange -q -an store${place}
damage /dev/mapper/under $at
! lvchange -q -ay store/pool`;

test.serial(
  'damaged: LVM can’t activate it; its metadata are repaired, the old ones stay, and a damaged filesystem is told',
  async (t) => {
    if (isHost) return t.pass('the host’s disks are not damaged');
    await using guest = await bootPool('8M');
    const sum = await checksum(guest, VOLUME);
    await must(guest, 'dd if=/dev/urandom of=/dev/mapper/store-files bs=1k seek=8 count=64 conv=fsync status=none');
    await must(guest, spoil);
    const fault = await guest.failProgram('lvconvert', { once: true });
    const failed = await dmtool(guest, repair);
    await fault.remove();
    t.is(failed.exitCode, 4, failed.stderr);
    t.regex(failed.stderr, /the copy stays in \/var\/lib\/dmtool\/repair\/store-pool-1$/m);
    t.is(await must(guest, 'lvs --noheadings -S lv_active=active -o lv_name -a store'), '');

    const mended = await dmtoolJson(guest, repair);
    t.is(mended.exitCode, 4, mended.stderr);
    t.like(mended.document, { outcome: 'done', exitCode: 4 });
    t.regex(mended.stdout, /"verdict": "damaged",\s+"name": "store\/files"/);
    t.regex(
      await must(
        guest,
        'dmsetup status --noflush store-pool-tpool 2> /dev/null || dmsetup status --noflush store-pool',
      ),
      / rw .*- /,
    );
    t.regex(await must(guest, 'lvs --noheadings -a -o lv_name store'), /pool_meta0/);
    await must(guest, 'lvchange -q -ay store/vol');
    t.is(await checksum(guest, VOLUME), sum);
    t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
  },
);

/** Its metadata while it does not run: they are sound, and know nothing of a thin volume that LVM has. */
const forget = `${place}
cd /root
dd if=/dev/mapper/under of=metadata bs=512 skip=$at count=16384 iflag=direct status=none
thin_dump metadata | sed '/<device dev_id="2"/,/<.device>/d' > xml
thin_restore -i xml -o metadata
dd if=metadata of=/dev/mapper/under bs=512 seek=$at oflag=direct conv=notrunc,fsync status=none`;

test.serial('a thin volume is lost: it is told, all else runs, and nobody waits for it for ever', async (t) => {
  if (isHost) return t.pass('the host’s disks are not damaged');
  await using guest = await bootPool('8M');
  const sum = await checksum(guest, VOLUME);
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  await needCheck(guest, 'under', VOLUME, 4000);
  await killAtPoint(guest, ['dmtool', ...repair], activating, 'remove');
  await must(guest, forget);
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 4, mended.stderr);
  t.regex(mended.stderr, /^✘ Activate thin volume store\/files$/m);
  t.regex(mended.stderr, /^ {2}store\/files: LOST \(/m);
  t.regex(await statusOf(guest), /^rw .*- \d+ \n *files *\n *pool +active\n *vol +active\n$/);
  t.is(await checksum(guest, VOLUME), sum);
  t.deepEqual(await refusal(guest), ['3', 'pool-healthy']);
});

test.serial('full: they grow, and the pool takes blocks again', async (t) => {
  if (isHost) return t.pass('the host’s disks are not filled');
  await using guest = await bootPool('2M');
  await fillBlocks(guest, VOLUME, 128, 4000, 65536);
  await spendMetadata(guest, 'store-pool-tpool', 'store-vol', 1);
  const sum = await checksum(guest, VOLUME);
  const mended = await dmtool(guest, repair);
  t.is(mended.exitCode, 0, mended.stderr);
  t.regex(await must(guest, 'dmsetup status --noflush store-pool-tpool'), /\/1024 .* rw /);
  t.is(await checksum(guest, VOLUME), sum);
  await fillBlocks(guest, VOLUME, 0, 1000, 65536);
});
