import test from 'ava';
import { dmName, findLv, isOurPool, isOurs, nextSpareName } from '../../src/model/lvm.ts';
import { logicalVolume, thinPool, volumeGroup } from '../plan/hosts.ts';

test('an LV is found by name in a VG, and nowhere in no VG', (t) => {
  const vg = volumeGroup('docker', { logicalVolumes: [logicalVolume('thinpool', 10n)] });
  t.is(findLv(vg, 'thinpool')?.name, 'thinpool');
  t.is(findLv(vg, null), undefined);
  t.is(findLv(undefined, 'thinpool'), undefined);
});

test('the next spare has the number after the highest of any lvol', (t) => {
  const among = (...names: readonly string[]): string =>
    nextSpareName(volumeGroup('vg', { logicalVolumes: names.map((name) => logicalVolume(name, 1n)) }));
  t.is(nextSpareName(undefined), 'lvol0_pmspare');
  t.is(among('root', 'my-lvol9'), 'lvol0_pmspare');
  t.is(among('lvol3', 'lvol12', 'root'), 'lvol13_pmspare');
});

test('ours is what carries the tag, and nothing else', (t) => {
  t.true(isOurs({ tags: ['other', 'dmtool'] }));
  t.false(isOurs({ tags: ['dmtool2'] }));
  t.false(isOurs({ tags: [] }));
});

test('a pool is ours by its own tag, or by the one that lvconvert left on its data LV', (t) => {
  const pool = thinPool('thinpool', 10n, 1n);
  const data = logicalVolume('thinpool_tdata', 10n);
  const withData = (tags: readonly string[]) => volumeGroup('docker', { logicalVolumes: [pool, { ...data, tags }] });
  t.false(isOurPool(withData([]), pool));
  t.true(isOurPool(withData(['dmtool']), pool));
  t.true(isOurPool(withData([]), { ...pool, tags: ['dmtool'] }));
  t.false(isOurPool(volumeGroup('docker', { logicalVolumes: [pool] }), pool));
});

test('hyphens in either part of a device-mapper name double', (t) => {
  t.is(dmName('docker', 'thinpool'), 'docker-thinpool');
  t.is(dmName('my-vg', 'thin-pool-1'), 'my--vg-thin--pool--1');
});
