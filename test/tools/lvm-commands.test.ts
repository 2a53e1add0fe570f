import test from 'ava';
import * as lvm from '../../src/tools/lvm-commands.ts';
import { bytes, extents, MIB } from '../../src/units/quantity.ts';

/** Each command as it would be typed, so that a change to any of them is seen. */
test('the commands are those of the documented procedure', (t) => {
  const convert = { vg: 'docker', data: 'thinpool', metadata: 'thinpoolmeta', chunkSizeBytes: bytes(MIB / 2n) };
  const typed = [
    lvm.pvcreate('/dev/sdb', 'U'),
    lvm.vgcreate('docker', ['/dev/sdb', '/dev/sdc']),
    lvm.lvcreate('docker', 'thinpool', extents(242)),
    lvm.lvconvertToThinPool(convert),
    lvm.lvchangeProfile('docker', 'thinpool', 'docker-thinpool'),
    lvm.lvchangeMonitor('docker', 'thinpool'),
    lvm.lvchangeRefresh('docker', 'thinpool'),
    lvm.lvchangeActivate('docker', 'thinpool'),
    lvm.lvchangeProfileActivate('docker', 'thinpool', 'docker-thinpool'),
  ].map((argv) => argv.join(' '));
  t.deepEqual(typed, [
    'pvcreate --uuid U --norestorefile --dataalignment 1m --metadatasize 1020k --pvmetadatacopies 1 -- /dev/sdb',
    'vgcreate --physicalextentsize 4m --addtag dmtool -- docker /dev/sdb /dev/sdc',
    'lvcreate --yes --activate n --zero n --wipesignatures n --addtag dmtool --name thinpool --extents 242 -- docker',
    'lvconvert --yes --zero n --chunksize 512k --thinpool docker/thinpool --poolmetadata docker/thinpoolmeta',
    'lvchange --metadataprofile docker-thinpool --addtag dmtool -- docker/thinpool',
    'lvchange --monitor y -- docker/thinpool',
    'lvchange --refresh -- docker/thinpool',
    'lvchange --activate y --monitor y -- docker/thinpool',
    'lvchange --metadataprofile docker-thinpool --addtag dmtool --activate y --monitor y -- docker/thinpool',
  ]);
});

test('the commands that take it back name the same things', (t) => {
  const typed = [
    lvm.lvremove('docker', 'thinpool'),
    lvm.vgremove('docker'),
    lvm.pvremove('/dev/sdb'),
    lvm.lvchangeDeactivate('docker', 'thinpool'),
    lvm.lvchangeRestoreProfile('docker', 'thinpool', null, false),
    lvm.lvchangeRestoreProfile('docker', 'thinpool', 'before', true),
  ].map((argv) => argv.join(' '));
  t.deepEqual(typed, [
    'lvremove --yes -- docker/thinpool',
    'vgremove -- docker',
    'pvremove -- /dev/sdb',
    'lvchange --activate n -- docker/thinpool',
    'lvchange --detachprofile --deltag dmtool -- docker/thinpool',
    'lvchange --metadataprofile before -- docker/thinpool',
  ]);
});

test("pvcreate and vgcreate never answer LVM's own questions with yes", (t) => {
  for (const argv of [lvm.pvcreate('/dev/sdb', 'U'), lvm.vgcreate('docker', ['/dev/sdb']), lvm.vgremove('docker')])
    t.false(
      argv.some((word) => ['-y', '--yes', '-f', '--force'].includes(word)),
      argv.join(' '),
    );
});

test('looking asks for hidden LVs too, and starts no dmeventd', (t) => {
  t.true(lvm.fullreport().includes('--all'));
  t.true(lvm.fullreport('no-wait').join(' ').endsWith(' global/wait_for_locks=0'));
  t.true(lvm.fullreport('no-lock').includes('--nolocking'));
  t.true(lvm.fullreport().join(' ').includes('dmeventd/executable="/bin/false"'));
  t.is(lvm.lvmconfig()[0], 'lvmconfig');
  t.deepEqual(lvm.lvmdiskscan(), ['lvmdiskscan']);
});
