import test from 'ava';
import { carriesRunningSystem, isBlank } from '../../src/model/device.ts';
import { bytes, GIB } from '../../src/units/quantity.ts';
import { disk } from '../plan/hosts.ts';

const device = '/dev/sdb1';

test('a device carries the running system when its root, boot files or swap are on it', (t) => {
  for (const mountPoint of ['/', '/boot', '/boot/efi', '/usr', '/var'])
    t.true(carriesRunningSystem(disk('/dev/sdb', GIB, { uses: [{ kind: 'mount', device, mountPoint }] })), mountPoint);
  t.true(carriesRunningSystem(disk('/dev/sdb', GIB, { uses: [{ kind: 'swap', device }] })));
});

test('a data disk in use is not the system disk', (t) => {
  t.false(carriesRunningSystem(disk('/dev/sdb', GIB)));
  t.false(carriesRunningSystem(disk('/dev/sdb', GIB, { uses: [{ kind: 'mount', device, mountPoint: '/srv' }] })));
  t.false(carriesRunningSystem(disk('/dev/sdb', GIB, { uses: [{ kind: 'process', device, pid: 1, command: 'dd' }] })));
});

test('a device is blank only when no signature, no partition and no written edge is there', (t) => {
  t.true(isBlank(disk('/dev/sdb', GIB)));
  t.false(isBlank(disk('/dev/sdb', GIB, { edges: 'data' })));
  t.false(isBlank(disk('/dev/sdb', GIB, { edges: 'stale-lvm-metadata' })));
  t.false(isBlank(disk('/dev/sdb', GIB, { partitions: [device] })));
  const signature = { type: 'ext4', offsetBytes: bytes(1080), uuid: '', label: '' };
  t.false(isBlank(disk('/dev/sdb', GIB, { signatures: [signature] })));
});
