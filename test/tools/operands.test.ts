import test from 'ava';
import type { RawPoolRecord } from '../../src/model/raw-pool.ts';
import type { Argv } from '../../src/tools/argv.ts';
import { filesBootUnit } from '../../src/tools/boot-unit.ts';
import * as containerd from '../../src/tools/containerd.ts';
import * as dmsetup from '../../src/tools/dmsetup.ts';
import { parseThinPoolTable } from '../../src/tools/dmsetup.ts';
import * as dmsetupThin from '../../src/tools/dmsetup-thin.ts';
import * as dockerCommands from '../../src/tools/docker-commands.ts';
import * as dockerImages from '../../src/tools/docker-images.ts';
import * as files from '../../src/tools/file-commands.ts';
import * as losetup from '../../src/tools/losetup.ts';
import * as lvmCare from '../../src/tools/lvm-care.ts';
import * as lvm from '../../src/tools/lvm-commands.ts';
import * as lvmRepair from '../../src/tools/lvm-repair.ts';
import { mountFilesystem } from '../../src/tools/mount.ts';
import { serviceCommands } from '../../src/tools/service.ts';
import * as systemctl from '../../src/tools/systemctl.ts';
import * as thinLs from '../../src/tools/thin-ls.ts';
import * as wipefs from '../../src/tools/wipefs.ts';
import { bytes, extents, sectors } from '../../src/units/quantity.ts';

/** A name as nobody should have it: every program would take it for an option. */
const ODD = '-odd';

const services = (manager: 'systemd' | 'sysv'): Argv[] =>
  (['start', 'stop', 'restart'] as const).flatMap((verb) =>
    serviceCommands(manager, verb, [ODD]).map(({ argv }) => argv),
  );

const thin = { name: ODD, poolName: 'p', id: 1, lengthSectors: sectors(8n), readOnly: true };
const toPool = { vg: ODD, data: 'd', metadata: 'm', chunkSizeBytes: bytes(65_536) };

/** Whatever is run with a name in it. */
const COMMANDS: readonly Argv[] = [
  containerd.imageRemove('/s', 'n', [ODD]),
  containerd.leaseRemove('/s', 'n', [ODD]),
  containerd.snapshotRemove('/s', 'n', [ODD]),
  dmsetup.removeDevice(ODD),
  dmsetup.messagePool(ODD, 'delete 1'),
  dmsetup.createDevice(ODD, '0 8 error'),
  dmsetup.loadTable(ODD, '0 8 error'),
  dmsetup.resumeDevice(ODD),
  dmsetupThin.poolStatus(ODD),
  dmsetupThin.activateThin(thin),
  dockerCommands.dockerStart([ODD]),
  dockerCommands.dockerStop([ODD]),
  dockerImages.dockerSave('/a', [ODD]),
  files.removeTree(ODD),
  files.unmount(ODD),
  losetup.losetupGrow(ODD),
  losetup.losetupAttach('/dev/loop0', ODD, bytes(0n), bytes(0n)),
  losetup.losetupDetach(ODD),
  losetup.truncate(ODD, bytes(8n)),
  lvm.pvcreate(ODD, 'u'),
  lvm.pvremove(ODD),
  lvm.vgcreate('v', [ODD]),
  lvm.vgremove(ODD),
  lvm.vgremoveWhole(ODD),
  lvm.vgchangeTag(ODD),
  lvm.lvcreate(ODD, 'l', extents(1n)),
  lvm.lvremove(ODD, 'l'),
  lvm.lvconvertToThinPool(toPool),
  lvm.lvchangeProfile(ODD, 'p', 'x'),
  lvm.lvchangeRestoreProfile(ODD, 'p', null, false),
  lvm.lvchangeMonitor(ODD, 'p'),
  lvm.lvchangeRefresh(ODD, 'p'),
  lvm.lvchangeActivate(ODD, 'p'),
  lvm.lvchangeProfileActivate(ODD, 'p', 'x'),
  lvm.lvchangeDeactivate(ODD, 'p'),
  lvm.vgextend('v', [ODD]),
  lvm.vgreduce('v', ODD),
  lvm.lvextendData(ODD, 'p', extents(1n)),
  lvm.lvextendMetadata(ODD, 'p', bytes(4096n)),
  lvmCare.lvchangeUnmonitor(ODD, 'p'),
  lvmCare.lvchangeRefreshAt(ODD, 'p', 50),
  lvmRepair.lvchangeShow(ODD, 'p'),
  lvmRepair.lvchangeActivateVolume(ODD, 'p'),
  lvmRepair.lvchangeActivateClearing(ODD, 'p'),
  lvmRepair.lvconvertRepair(ODD, 'p'),
  mountFilesystem(ODD, ODD, { filesystem: 'ext4', readOnly: true }),
  ...services('systemd'),
  ...services('sysv'),
  systemctl.systemctlShow([ODD]),
  thinLs.reserveSnapshot(ODD),
  thinLs.releaseSnapshot(ODD),
  thinLs.thinLs(ODD),
  wipefs.wipefsList(ODD),
  wipefs.wipefsAll(ODD),
];

/** Those in which a name stands where no `--` can come before it, and why that does no harm. */
const EXCEPTIONS: readonly [begins: string, why: string][] = [
  ['service ', 'it takes no --, and the names are Docker’s'],
  ['losetup --set-capacity ', 'the device is the value of its option, and begins with /dev'],
  ['losetup --detach ', 'the same'],
  ['lvconvert --yes --zero', 'the pool is the value of its option, and its VG was checked'],
  ['dmsetup create -odd --readonly', 'the name begins with dmtool-'],
];

test('a name is never taken for an option: -- comes before it', (t) => {
  for (const argv of COMMANDS) {
    const line = argv.join(' ');
    const isExcepted = EXCEPTIONS.some(([begins]) => line.startsWith(begins));
    const at = argv.findIndex((word) => word.startsWith(ODD));
    t.true(at > 0, line);
    if (!isExcepted) t.true(argv.slice(0, at).includes('--'), line);
  }
});

test('in the unit of a pool on files too', (t) => {
  const table = parseThinPoolTable('0 8192 thin-pool 7:0 7:1 128 0 0');
  const record = { name: ODD, table, data: { path: '/d' }, metadata: { path: '/m' } } as RawPoolRecord;
  const { content } = filesBootUnit(record, []).unit;
  t.regex(content, /dmsetup status --noflush -- -odd /);
  t.regex(content, /dmsetup create --table "[^"]*" -- -odd'/);
});
