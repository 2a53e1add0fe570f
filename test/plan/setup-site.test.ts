import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { isOurDevice, isOurSite, ownedDevice, pvOn, surveySite } from '../../src/plan/setup-site.ts';
import { bytes, extents, GIB } from '../../src/units/quantity.ts';
import { blankHost, disk, logicalVolume, thinPool, volumeGroup, wish } from './hosts.ts';

const device = disk('/dev/sdb', GIB);
const owned = {
  vg: 'docker',
  pool: 'thinpool',
  makesVg: true,
  devices: [{ path: '/dev/sdb', sizeBytes: bytes(GIB), pvUuid: 'ours' }],
  profilePath: '/etc/lvm/profile/docker-thinpool.profile',
};
const record = { name: 'docker/thinpool', pool: owned, docker: null };
const pv = (uuid: string, vgName: string | null = null, path = '/dev/sdb') => ({
  path,
  uuid,
  vgName,
  sizeBytes: bytes(GIB),
  extentCount: extents(255),
  missing: false,
});
const began = (facts: Partial<Host> = {}): Host => blankHost([device], { ownership: [record], ...facts });
const isOurs = (host: Host, facts = device): boolean => isOurDevice(host, surveySite(host, wish()), facts);

test('on a blank host nothing of the pool is there, and its names are known', (t) => {
  const site = surveySite(blankHost([device]), wish({ vg: 'a', pool: 'b' }));
  t.like(site, { vg: undefined, pool: undefined, dataLv: undefined, metadataLv: undefined, record: undefined });
  t.like(site, { metadataName: 'bmeta', profile: 'a-b', profilePath: '/etc/lvm/profile/a-b.profile' });
  t.true(isOurSite(site));
});

test('an LV under the pool name is the data to be, until it is a pool', (t) => {
  const survey = (lv: ReturnType<typeof logicalVolume>) =>
    surveySite(blankHost([], { volumeGroups: [volumeGroup('docker', { logicalVolumes: [lv] })] }), wish());
  t.is(survey(logicalVolume('thinpool', 1n)).dataLv?.name, 'thinpool');
  t.is(survey(logicalVolume('thinpool', 1n)).pool, undefined);
  t.is(survey(thinPool('thinpool', 1n, 1n)).pool?.name, 'thinpool');
  t.is(survey(thinPool('thinpool', 1n, 1n)).dataLv, undefined);
  t.is(survey(logicalVolume('thinpoolmeta', 1n)).metadataLv?.name, 'thinpoolmeta');
});

test('only the record of the same pool in the same VG counts', (t) => {
  t.is(surveySite(began(), wish()).record, owned);
  t.is(surveySite(began({ ownership: [{ ...record, pool: null }] }), wish()).record, undefined);
  t.is(surveySite(began(), wish({ pool: 'other' })).record, undefined);
  t.is(surveySite(began(), wish({ vg: 'other' })).record, undefined);
});

test('a record speaks of a device under the same path with the same size only', (t) => {
  const site = surveySite(began(), wish());
  t.is(ownedDevice(site, device)?.pvUuid, 'ours');
  t.is(ownedDevice(site, disk('/dev/sdb', 2n * GIB)), undefined);
  t.is(ownedDevice(site, disk('/dev/sdc', GIB)), undefined);
});

test('a PV is found on the device itself or on one of its partitions', (t) => {
  const host = (path: string) => blankHost([], { physicalVolumes: [pv('u', null, path)] });
  t.is(pvOn(host('/dev/sdb'), device)?.uuid, 'u');
  t.is(pvOn(host('/dev/sdb1'), { ...device, partitions: ['/dev/sdb1'] })?.uuid, 'u');
  t.is(pvOn(host('/dev/sdc'), device), undefined);
  t.is(pvOn(host('/dev/sdc'), { kind: 'absent', asked: 'sdb', path: '/dev/sdb' }), undefined);
});

test('a PV without VG is ours when the journal chose its UUID', (t) => {
  t.true(isOurs(began({ physicalVolumes: [pv('ours')] })));
  t.false(isOurs(began({ physicalVolumes: [pv('other')] })));
  t.false(isOurs(blankHost([device], { physicalVolumes: [pv('ours')] })));
  t.false(
    isOurs(began({ physicalVolumes: [pv('ours', null, '/dev/sdb1')] }), { ...device, partitions: ['/dev/sdb1'] }),
  );
});

test('a PV in a VG is ours when the VG is the one that is asked for, and carries the tag', (t) => {
  const host = (tags: readonly string[], vgName = 'docker', path = '/dev/sdb') =>
    began({ physicalVolumes: [pv('any', vgName, path)], volumeGroups: [volumeGroup('docker', { tags })] });
  t.true(isOurs(host(['dmtool'])));
  t.false(isOurs(host([])));
  t.false(isOurs(host(['dmtool'], 'system')));
  t.false(isOurs(host(['dmtool'], 'docker', '/dev/sdb1'), { ...device, partitions: ['/dev/sdb1'] }));
});

test('a device with nothing but a begun metadata area is ours when the journal says so', (t) => {
  const begun = disk('/dev/sdb', GIB, { edges: 'stale-lvm-metadata' });
  t.true(isOurs(began(), begun));
  t.false(isOurs(blankHost([begun]), begun));
  t.false(isOurs(began(), { ...begun, edges: 'data' }));
  t.false(isOurs(began(), { ...begun, signatures: [{ type: 'ext4', offsetBytes: bytes(1080), uuid: '', label: '' }] }));
  t.false(isOurDevice(began(), surveySite(began(), wish()), { kind: 'absent', asked: 'sdb', path: '/dev/sdb' }));
});

test('a site is ours when every LV that stands there carries the tag', (t) => {
  const ours = { tags: ['dmtool'] };
  const site = (...logicalVolumes: readonly ReturnType<typeof logicalVolume>[]) =>
    surveySite(blankHost([], { volumeGroups: [volumeGroup('docker', { logicalVolumes })] }), wish());
  t.true(isOurSite(site()));
  t.true(isOurSite(site(logicalVolume('thinpool', 1n, ours), logicalVolume('thinpoolmeta', 1n, ours))));
  t.false(isOurSite(site(logicalVolume('thinpool', 1n, ours), logicalVolume('thinpoolmeta', 1n))));
  t.true(isOurSite(site(thinPool('thinpool', 1n, 1n), logicalVolume('thinpool_tdata', 1n, ours))));
  t.false(isOurSite(site(thinPool('thinpool', 1n, 1n), logicalVolume('thinpool_tdata', 1n))));
});
