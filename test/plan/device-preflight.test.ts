import test from 'ava';
import type { BlockDevice, DeviceUse } from '../../src/model/device.ts';
import { type DeviceContext, describeContent, refuseDevice } from '../../src/plan/device-preflight.ts';
import type { Refusal } from '../../src/plan/refusal.ts';
import { bytes, extents, GIB, MIB } from '../../src/units/quantity.ts';
import { disk, usedDisk, writtenDisk } from './hosts.ts';

const plain: DeviceContext = { pv: undefined, ours: false, wipe: false };
const path = '/dev/sdb';
const blank = (facts: Partial<BlockDevice> = {}) => disk(path, GIB, facts);
const codes = (device: BlockDevice, context = plain): string[] => refuseDevice(device, context).map(({ code }) => code);
const only = (device: BlockDevice, context = plain): Refusal | undefined => refuseDevice(device, context)[0];
const pv = (vgName: string | null) => ({
  path,
  uuid: 'U',
  vgName,
  sizeBytes: bytes(GIB),
  extentCount: extents(0),
  missing: false,
});

test('a blank disk is taken', (t) => {
  t.deepEqual(refuseDevice(blank(), plain), []);
});

test('a device that is not there, or that is no block device, is refused by the name that was typed', (t) => {
  t.like(refuseDevice({ kind: 'absent', asked: 'sdx', path: '/dev/sdx' }, plain), {
    length: 1,
    0: { code: 'device-absent', subject: 'sdx', reason: 'there is no /dev/sdx' },
  });
  t.like(refuseDevice({ kind: 'not-block', asked: 'null', path: '/dev/null' }, plain), {
    length: 1,
    0: { code: 'not-a-block-device', subject: 'null' },
  });
});

test('a read-only device is refused, ours too', (t) => {
  t.deepEqual(codes(blank({ readOnly: true })), ['device-read-only']);
  t.deepEqual(codes(blank({ readOnly: true }), { ...plain, ours: true }), ['device-read-only']);
});

test('a device is too small when it does not hold a single extent', (t) => {
  t.deepEqual(codes(disk(path, 5n * MIB - 1n)), ['device-too-small']);
  t.deepEqual(codes(disk(path, 5n * MIB)), []);
});

test('a PV is refused, with the way out that fits: free it, or use its VG', (t) => {
  const inVg = only(blank(), { ...plain, pv: pv('system') });
  t.is(inVg?.code, 'device-is-pv');
  t.regex(inVg?.remedy ?? '', /--vg system/);
  t.regex(only(blank(), { ...plain, pv: pv(null) })?.remedy ?? '', /pvremove \/dev\/sdb/);
});

test('what is ours already is not refused for what we wrote on it', (t) => {
  const pv = { path, uuid: 'U', vgName: 'docker', sizeBytes: bytes(GIB), extentCount: extents(255), missing: false };
  const written = writtenDisk(path, GIB);
  t.deepEqual(codes({ ...written, busy: true }, { ...plain, pv, ours: true }), []);
  t.deepEqual(codes(written, { ...plain, pv: { ...pv, vgName: null }, ours: true }), []);
  t.deepEqual(codes({ ...written, busy: true }, { ...plain, ours: true }), ['device-in-use']);
});

test('an LVM label that LVM does not show is never taken, on the disk or on a partition', (t) => {
  const label = { type: 'LVM2_member', offsetBytes: bytes(536), uuid: 'U', label: '' };
  const wiping = { ...plain, wipe: true };
  t.deepEqual(codes(blank({ signatures: [label] }), wiping), ['device-is-pv']);
  const partitions = ['/dev/sdb1', '/dev/sdb2'];
  t.deepEqual(codes(blank({ partitions, pvPartitions: ['/dev/sdb2'] }), wiping), ['device-is-pv']);
  t.deepEqual(codes(blank({ partitions }), wiping), []);
});

test('a device that can not be looked at is refused with what the system said', (t) => {
  const [refusal] = refuseDevice({ kind: 'unreadable', asked: 'sdb', path, error: 'EIO: i/o error' }, plain);
  t.like(refusal, { code: 'device-unreadable', reason: "it can't be looked at: EIO: i/o error" });
});

const uses: readonly [DeviceUse, RegExp, RegExp][] = [
  [{ kind: 'mount', device: '/dev/sdb1', mountPoint: '/srv' }, /sdb1 is mounted on \/srv/, /umount \/srv/],
  [{ kind: 'mount', device: '/dev/sdb1', mountPoint: '/a b' }, /mounted on \/a b/, /^umount '\/a b'$/],
  [{ kind: 'holder', device: path, holder: '/dev/md0', holderKind: 'md' }, /RAID array \/dev\/md0/, /release/],
  [{ kind: 'holder', device: path, holder: '/dev/dm-1', holderKind: 'dm' }, /device-mapper device/, /release/],
  [{ kind: 'holder', device: path, holder: '/dev/bcache0', holderKind: 'other' }, /device \/dev\/bcache0/, /release/],
  [
    { kind: 'holder', device: path, holder: '/dev/mapper/mpatha', holderKind: 'multipath' },
    /multipath/,
    /name the multipath device/,
  ],
  [{ kind: 'process', device: path, pid: 42, command: 'qemu' }, /process 42 \(qemu\)/, /stop process 42/],
];

test('each use is a refusal that names who, and how to end it; --wipe does not help', (t) => {
  for (const [use, reason, remedy] of uses) {
    for (const wipe of [true, false]) {
      const refusals = refuseDevice(usedDisk(path, GIB, use), { ...plain, wipe });
      const refusal = refusals.find(({ code }) => code === 'device-in-use');
      t.regex(refusal?.reason ?? '', reason);
      t.regex(refusal?.remedy ?? '', remedy);
    }
  }
});

test('two uses are two refusals', (t) => {
  const [mount, , , , , process] = uses.map(([use]) => use);
  const device = { ...usedDisk(path, GIB, mount as DeviceUse, process as DeviceUse), edges: 'blank' as const };
  t.deepEqual(codes(device), ['device-in-use', 'device-in-use']);
});

test('a device that nobody is seen to use, and that is busy all the same, is refused', (t) => {
  t.deepEqual(codes(blank({ busy: true })), ['device-in-use']);
});

test('the disk of the running system is refused as that, swap too; an unused partition of it is not', (t) => {
  const swap = { kind: 'swap', device: '/dev/sdb2' } as const;
  const root = { kind: 'mount', device: '/dev/sdb1', mountPoint: '/' } as const;
  const [refusal, ...others] = refuseDevice(usedDisk(path, GIB, root, swap), { ...plain, wipe: true });
  t.is(refusal?.code, 'system-disk');
  t.regex(refusal?.reason ?? '', /mounted on \/; \/dev\/sdb2 is swap in use/);
  t.deepEqual(others, []);
  t.deepEqual(codes(blank({ isPartition: true })), []);
});

test('a partition that is swap is refused with the way to free it', (t) => {
  const partition = { ...usedDisk('/dev/sdb2', GIB, { kind: 'swap', device: '/dev/sdb2' }), isPartition: true };
  t.like(only(partition, { ...plain, wipe: true }), { code: 'device-in-use', remedy: 'swapoff /dev/sdb2' });
});

test('what is on a device is refused by name, and only --wipe lets it go', (t) => {
  t.like(only(writtenDisk(path, GIB)), { code: 'device-not-blank', reason: 'it carries ext4 "old"' });
  t.deepEqual(codes(writtenDisk(path, GIB), { ...plain, wipe: true }), []);
  t.deepEqual(codes(blank({ edges: 'data' })), ['device-not-blank']);
  t.deepEqual(codes(blank({ edges: 'stale-lvm-metadata' })), ['device-not-blank']);
});

test('a device that a filter hides is refused, with --wipe too: nothing is wiped that LVM then does not take', (t) => {
  t.deepEqual(codes(blank({ visibleToLvm: false })), ['device-hidden-from-lvm']);
  const table = blank({ visibleToLvm: false, partitions: ['/dev/sdb1'] });
  t.deepEqual(codes(table, { ...plain, wipe: true }), ['device-hidden-from-lvm']);
});

test('content is described once each, with partitions, or as what it looks like', (t) => {
  const gpt = { type: 'gpt', offsetBytes: bytes(512), uuid: '', label: '' };
  const device = blank({ signatures: [gpt, gpt, { ...gpt, type: 'PMBR' }], partitions: ['/dev/sdb1', '/dev/sdb2'] });
  t.is(describeContent(device), 'it carries gpt and PMBR and partitions /dev/sdb1, /dev/sdb2');
  t.regex(describeContent(blank({ edges: 'data' })), /without a known signature/);
  t.regex(describeContent(blank({ edges: 'stale-lvm-metadata' })), /old LVM metadata area/);
});
